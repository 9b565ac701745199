import IbexGraph
import IbexRuntime

/// The extents that an `Input` leaves open. A layer is asked for its shapes with one number in their place, and with
/// another: what differs is open in the result, and no weight may differ.
package enum OpenExtents {
    /// Numbers that are as likely as any to suit strides, factors and the groups of a reshape.
    static let probes = [3840, 7680]

    /// `(None, 28, 28)`, as Keras prints a shape.
    package static func text(_ extents: [Int?]) -> String {
        let texts = extents.map { $0.map(String.init) ?? "None" }
        return texts.count == 1 ? "(\(texts[0]),)" : "(" + texts.joined(separator: ", ") + ")"
    }

    /// What two shapes have in common.
    static func common(_ a: Shape, _ b: Shape) -> [Int?] {
        zip(a.extents, b.extents).map { $0 == $1 ? $0 : nil }
    }
}

extension Layer {
    /// While a layer is built to see the shapes of its weights: no values are made.
    @TaskLocal static var isTrial = false

    /// Builds the layer where needed; the shapes of its results, as far as they are known.
    func knownShapes(for inputs: [SymbolicTensor]) throws -> [[Int?]] {
        if !isBuilt { (self as? Sequential)?.sample = inputs.first?.shape }
        let batch = inputs.lazy.compactMap { $0.shape.first ?? nil }.first
        func withBatch(_ extents: [Int?]) -> [Int?] { extents.isEmpty ? [] : [batch] + extents.dropFirst() }
        let probes = OpenExtents.probes.map { probe in inputs.map { $0.concrete(probe) } }
        guard inputs.contains(where: \.isOpen) else {
            try buildIfNeeded(probes[0])
            return try boundedShapes(for: probes[0]).map { withBatch($0.extents) }
        }
        do {
            try requireKnownWeights(probes)
            try buildIfNeeded(probes[0])
            let results = try probes.map { try boundedShapes(for: $0) }
            return zip(results[0], results[1]).map { withBatch(OpenExtents.common($0, $1)) }
        } catch var error as IbexError {
            let text = error.found + error.expected
            for probe in OpenExtents.probes where text.contains("\(probe)") {
                error.remedy +=
                    (error.remedy.isEmpty ? "" : " ") + "\(probe) stands for an extent that Input leaves open."
            }
            throw error
        }
    }

    private func boundedShapes(for inputs: [Shape]) throws -> [Shape] {
        let results = try outputShapes(for: inputs)
        try requireBounds(of: results, "a result")
        return results
    }

    /// Throws where a weight's shape depends on an open extent.
    private func requireKnownWeights(_ probes: [[Shape]]) throws {
        guard !isBuilt else { return }
        let weights = try probes.map { try trialWeights(for: $0) }
        for (first, second) in zip(weights[0], weights[1]) where first.shape != second.shape {
            let shape = OpenExtents.text(OpenExtents.common(first.shape, second.shape))
            throw IbexError(
                .shape, at: place, found: "the weight \(first.name) of shape \(shape)",
                expected: "weights that do not depend on extents which Input leaves open",
                remedy: "Give the extents, or do away with them before this layer: GlobalAveragePooling2D does.")
        }
    }

    /// The weights that the layer would have for inputs of these shapes; it is as before when this is done.
    private func trialWeights(for inputs: [Shape]) throws -> [Variable] {
        let before = Set(layersWithin.filter(\.isBuilt).map(ObjectIdentifier.init))
        defer {
            for layer in layersWithin where !before.contains(ObjectIdentifier(layer)) { layer.forgetBuild() }
        }
        return try Layer.$isTrial.withValue(true) {
            try buildIfNeeded(inputs)
            return weights
        }
    }

    /// This layer and all that it holds.
    private var layersWithin: [Layer] { [self] + sublayers.flatMap(\.layersWithin) }

    private func forgetBuild() {
        guard !(self is InputLayer) else { return }
        (isBuilt, inputShapes, ownWeights) = (false, [], [])
    }
}
