import Ibex

/// A model, its data and how it is trained: one row of the benchmark.
struct Workload: Sendable {
    enum DataSet: String, Sendable { case mnist, digits }

    let name: String
    let data: DataSet
    let batchSize: Int
    let epochs: Int
    /// How many rows of the training part are used.
    let rows: Int
    /// Whether an image enters as one row of pixels, without height, width and channel.
    let isFlat: Bool
    let layers: @Sendable () -> [Layer]
    let optimizer: @Sendable () -> Optimizer

    /// The workloads that are measured against other frameworks, and two on the embedded digits.
    static let all = mnist + digits

    /// - Throws: `IbexError` that lists the names there are.
    static func named(_ name: String) throws -> Workload {
        guard let workload = all.first(where: { $0.name == name }) else {
            throw IbexError(
                .name, at: "--models", found: "the workload \"\(name)\"",
                expected: "one of " + all.map(\.name).joined(separator: ", "))
        }
        return workload
    }

    private static let mnist = [
        Workload(
            name: "mlp-10", data: .mnist, batchSize: 100, epochs: 5, rows: 60000, isFlat: true,
            layers: { [Dense(10, activation: .sigmoid), Dense(10, activation: .softmax)] }, optimizer: { .sgd() }),
        Workload(
            name: "mlp-20-15-l2", data: .mnist, batchSize: 128, epochs: 5, rows: 48000, isFlat: true,
            layers: {
                [
                    Dense(20, activation: .relu, kernelRegularizer: .l2(0.01)),
                    Dense(15, activation: .relu, kernelRegularizer: .l2(0.01)),
                    Dense(10, activation: .softmax, kernelRegularizer: .l2(0.01)),
                ]
            }, optimizer: { .adam() }),
        Workload(
            name: "mlp-784", data: .mnist, batchSize: 128, epochs: 5, rows: 60000, isFlat: true,
            layers: { [Dense(784, activation: .relu), Dense(10, activation: .softmax)] }, optimizer: { .rmsprop() }),
        Workload(
            name: "mlp-784-adam", data: .mnist, batchSize: 256, epochs: 3, rows: 45000, isFlat: true,
            layers: { [Dense(784, activation: .relu), Dense(10, activation: .softmax)] }, optimizer: { .adam() }),
        Workload(
            name: "cnn-32", data: .mnist, batchSize: 128, epochs: 6, rows: 20000, isFlat: false,
            layers: {
                [
                    Conv2D(32, kernelSize: 3, activation: .relu), MaxPooling2D(2), Dropout(0.25), Flatten(),
                    Dropout(0.5), Dense(10, activation: .softmax),
                ]
            }, optimizer: { .adam() }),
        Workload(
            name: "cnn-32-64", data: .mnist, batchSize: 128, epochs: 2, rows: 60000, isFlat: false,
            layers: {
                [
                    Conv2D(32, kernelSize: 3, activation: .relu), Conv2D(64, kernelSize: 3, activation: .relu),
                    MaxPooling2D(2), Dropout(0.25), Flatten(), Dense(128, activation: .relu), Dropout(0.5),
                    Dense(10, activation: .softmax),
                ]
            }, optimizer: { .adam() }),
    ]

    private static let digits = [
        Workload(
            name: "digits-mlp", data: .digits, batchSize: 32, epochs: 20, rows: 1437, isFlat: true,
            layers: { [Dense(64, activation: .relu), Dense(10, activation: .softmax)] }, optimizer: { .adam() }),
        Workload(
            name: "digits-cnn", data: .digits, batchSize: 32, epochs: 20, rows: 1437, isFlat: false,
            layers: {
                [
                    Conv2D(16, kernelSize: 3, activation: .relu), Conv2D(32, kernelSize: 3, activation: .relu),
                    MaxPooling2D(2), Flatten(), Dense(10, activation: .softmax),
                ]
            }, optimizer: { .adam() }),
    ]
}

extension Workload: CustomStringConvertible {
    /// `mlp-784        60,000 images of mnist, batch 128, 5 epochs`.
    var description: String {
        let padding = String(repeating: " ", count: max(1, 14 - name.count))
        let size = "\(ResultTable.grouped(rows)) images of \(data.rawValue)"
        return "\(name)\(padding)\(size), batch \(batchSize), \(epochs) epochs"
    }
}
