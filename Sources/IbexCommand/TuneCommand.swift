import ArgumentParser
import Ibex
import IbexGraph
import IbexRuntime

/// `ibex tune`: times the kernels that an OpenCL device can choose among and keeps the fastest.
struct TuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune",
        abstract: "Find the fastest kernels for a device and keep them in the tuning database.",
        discussion: """
            Without products, one training step of each reference workload is tuned. Shapes that the database of this
            device, driver and Ibex knows are not tried again.
            """)

    @Option(help: "The device, as IBEX_DEVICE names it.")
    var device = "opencl"

    @Option(help: "Seconds to spend on each workload or product.")
    var seconds = 60.0

    @Option(name: .customLong("product"), help: "A matrix product M x N x K, such as 128x784x784; may be repeated.")
    var products: [String] = []

    func run() throws {
        let sizes = try products.map(Self.sizes)
        let device = try Device.named(device)
        let backend = try DeviceRegistry.shared.tuningBackend(for: device, seconds: seconds) { print("  \($0)") }
        try DeviceRegistry.$substitute.withValue(backend) {
            try withDevice(device) {
                for (name, size) in zip(products, sizes) {
                    print(name)
                    try tune(size)
                }
                guard products.isEmpty else { return }
                for workload in TuningWorkload.reference {
                    print(workload.name)
                    try workload.run()
                }
            }
        }
    }

    /// The product as it is, and as the gradients of a dense layer use it: with either operand transposed.
    private func tune(_ size: [Int]) throws {
        let (m, n, k) = (size[0], size[1], size[2])
        for (transposeA, transposeB) in [(false, false), (true, false), (false, true)] {
            let a = Tensor.zeros(transposeA ? [k, m] : [m, k])
            let b = Tensor.zeros(transposeB ? [n, k] : [k, n])
            let op = Ops.Matmul(transposeA: transposeA, transposeB: transposeB)
            _ = try compile { [.apply(op, $0[0], $0[1])] }(a, b)
        }
    }

    /// - Throws: `ValidationError` for text that is no three sizes.
    static func sizes(_ text: String) throws -> [Int] {
        let sizes = text.split(separator: "x", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard sizes.count == 3, sizes.allSatisfy({ $0 > 0 }), text.count(where: { $0 == "x" }) == 2 else {
            throw ValidationError("--product: found \"\(text)\"; expected three sizes such as 128x784x784")
        }
        return sizes
    }
}
