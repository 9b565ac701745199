/// Which layer an op was written for: what a profile names its time by.
package struct LayerLabel: Sendable, Hashable {
    /// The layer's name behind those of the layers around it, with slashes between; also `loss`, `metrics`, `data`, or an
    /// optimizer's name. Empty within a model but in none of its layers.
    package let layer: String
    /// Whether the op computes gradients.
    package let isGradient: Bool

    package init(_ layer: String, isGradient: Bool = false) {
        self.layer = layer
        self.isGradient = isGradient
    }

    package var gradient: LayerLabel { LayerLabel(layer, isGradient: true) }
}

/// The layer whose ops are being written, noted by each node when it is made. Programs that are replayed make no nodes, so
/// a steady step pays nothing for it; nothing that is cached or fused asks for it.
package enum LayerScope {
    @TaskLocal package static var current: LayerLabel?

    /// Runs `body` inside a layer, below the one that it lies in.
    package static func within<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
        let path = current.map { $0.layer.isEmpty ? name : "\($0.layer)/\(name)" } ?? name
        return try $current.withValue(LayerLabel(path), operation: body)
    }
}
