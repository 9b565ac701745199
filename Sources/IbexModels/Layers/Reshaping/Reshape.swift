import IbexGraph

/// Each sample under another shape; one extent may be -1 and is worked out.
///
///     Reshape([28, 28, 1])
public final class Reshape: Layer, ConfiguredLayer {
    /// The shape without the batch.
    public let targetShape: [Int]

    public init(_ targetShape: [Int], name: String? = nil) {
        self.targetShape = targetShape
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(try config.ints("target_shape", at: "Reshape"), name: config["name"]?.string)
        try applyCommon(config)
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try single(inputs)
        guard targetShape.allSatisfy({ $0 >= -1 }), targetShape.count(where: { $0 == -1 }) <= 1 else {
            throw argumentError("target shape \(targetShape)", expected: "extents, at most one of them -1")
        }
        guard input.rank >= 1 else { throw shapeError(input, expected: "a batch axis") }
        let count = input.extents.dropFirst().reduce(1, *)
        let known = targetShape.filter { $0 != -1 }.reduce(1, *)
        let hasHole = targetShape.contains(-1)
        guard hasHole ? known > 0 && count % known == 0 : count == known else {
            throw shapeError(
                input,
                expected: "\(hasHole ? "a multiple of " : "")\(known) elements in each sample, for \(targetShape)")
        }
        return [Shape([input[0]] + targetShape.map { $0 == -1 ? count / known : $0 })]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        input.reshaped(to: try outputShapes(for: [input.shape])[0])
    }

    public override var config: Config {
        super.config.merging(["target_shape": ConfigValue(targetShape)]) { $1 }
    }
}
