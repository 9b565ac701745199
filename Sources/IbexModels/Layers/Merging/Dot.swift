import IbexGraph

/// The dot product of two inputs, sample by sample, along one axis of each; with `normalize` the cosine of their angle.
///
/// Shapes: the first's without its axis, then the second's without batch and its axis; [batch, 1] where nothing else is
/// left. Axes count from the batch, which is none of them.
///
///     Dot(axes: 1)                    // [batch, n] and [batch, n] to [batch, 1]
///     Dot(axes: [2, 1])               // a matrix product for each sample
public final class Dot: Layer, ConfiguredLayer {
    public let axes: Axes
    public let normalize: Bool

    public init(axes: Axes, normalize: Bool = false, name: String? = nil) {
        self.axes = axes
        self.normalize = normalize
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        guard let axes = try config.axes("axes", at: "Dot") else {
            throw IbexError(.argument, at: "Dot, key axes", found: "nothing", expected: "one axis or two")
        }
        self.init(
            axes: Axes(axes), normalize: try config.bool("normalize", at: "Dot", default: false),
            name: config.layerName)
        try applyCommon(config)
    }

    /// The axis of each input, counted from the front.
    private func contracted(_ inputs: [Shape]) throws(IbexError) -> [Int] {
        guard inputs.count == 2 else {
            throw IbexError(.shape, at: place, found: "\(inputs.count) inputs", expected: "two inputs")
        }
        guard (1...2).contains(axes.values.count) else {
            throw argumentError("axes \(axes.values)", expected: "one axis for both inputs, or one for each")
        }
        let first = try axis(axes.values[0], of: inputs[0])
        let second = try axis(axes.values.count == 2 ? axes.values[1] : axes.values[0], of: inputs[1])
        guard first > 0, second > 0 else {
            throw argumentError("axes \(axes.values)", expected: "other axes than the batch")
        }
        guard inputs[0][0] == inputs[1][0], inputs[0][first] == inputs[1][second] else {
            throw IbexError(
                .shape, at: place, found: "inputs of shapes \(inputs[0]) and \(inputs[1])",
                expected: "one batch, and as many elements along axis \(first) as along axis \(second)")
        }
        return [first, second]
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let contracted = try contracted(inputs)
        let kept = zip(inputs, contracted).flatMap { input, axis in
            input.extents.indices.filter { $0 > 0 && $0 != axis }.map { input[$0] }
        }
        return [Shape([inputs[0][0]] + (kept.isEmpty ? [1] : kept))]
    }

    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        let shapes = inputs.map(\.shape)
        let matrices = zip(inputs, try contracted(shapes)).map { input, axis in
            var x = input.cast(to: dtype)
            if normalize { x = x * x.inverseNorm(axes: [axis]) }
            let order = x.shape.axes(except: [axis]) + [axis]
            return x.transposed(order).reshaped(x.shape[0], -1, x.shape[axis])
        }
        let product = Tensor.apply(Ops.Matmul(transposeB: true), matrices[0], matrices[1])
        return [product.reshaped(to: try outputShapes(for: shapes)[0])]
    }

    public override var config: Config {
        super.config.merging(["axes": axes.configValue, "normalize": .bool(normalize)]) { $1 }
    }
}
