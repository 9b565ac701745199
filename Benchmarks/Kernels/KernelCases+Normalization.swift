import Ibex
import IbexGraph
import IbexRuntime

extension KernelCase {
    /// Normalization of images and of rows, 64 MiB each, as their layers compute it.
    static let normalizations: [KernelCase] = [
        normalization("batch, inference", images, training: false) { BatchNormalization() },
        normalization("batch, training", images, training: true) { BatchNormalization() },
        normalization("layer, rows of 512", [32768, 512], training: false) { LayerNormalization() },
        normalization("root mean square, rows of 512", [32768, 512], training: false) { RMSNormalization() },
        normalization("group, 32 groups", images, training: false) { GroupNormalization(groups: 32) },
    ]

    private static let images: Shape = [20, 56, 56, 256]

    private static func normalization(
        _ name: String, _ shape: Shape, training: Bool, _ make: @escaping @Sendable () -> Layer
    ) -> KernelCase {
        KernelCase(
            .normalization, name, inputs: [Input(type: TensorType(shape, .float32), filling: .numbers)],
            prepare: {
                let layer = make()
                try layer.buildIfNeeded([shape])
                return { try layer.apply($0, CallContext(training: training)) }
            })
    }
}
