import IbexGraph
import IbexRuntime

/// A property that holds a layer, or several.
package struct LayerProperty {
    package let name: String
    package let layers: [Layer]
    package let isList: Bool
}

/// A weight with what training needs to know of it.
package struct Weight {
    package let variable: Variable
    package let regularizer: Regularizer?
    package let constraint: Constraint?
    package let trainable: Bool
}

extension Layer {
    /// Makes a weight, for use in `build`.
    ///
    /// Where initializer, regularizer or constraint do not fit the shape, the layer's build throws when it ends.
    ///
    /// - Parameters:
    ///   - name: its name within the layer, such as `kernel`.
    ///   - trainable: whether training changes it; a running mean is not trainable.
    ///   - dtype: its type, the layer's where none is given.
    @discardableResult
    public func addWeight(
        name: String, shape: Shape, initializer: Initializer = .glorotUniform, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil, trainable: Bool = true, dtype: DType? = nil
    ) -> Variable {
        let dtype = dtype ?? self.dtype
        var values = Tensor.zeros([], dtype)
        do {
            let place = "\(place), weight \(name)"
            try requireBounds(of: [shape], "a weight \(name)")
            values = .zeros(shape, dtype)
            try regularizer?.check(shape, at: place)
            try constraint?.check(shape, at: place)
            if !Layer.isTrial, !Layer.leavesWeightsEmpty {
                values = .constant(try initializer.checkedValues(for: shape, at: place), shape, dtype)
            }
        } catch {
            weightError = weightError ?? error
        }
        let path = (Layer.enclosing + [self.name, name]).joined(separator: "/")
        let variable = Variable(values, name: path, trainable: trainable)
        ownWeights.append(
            Weight(variable: variable, regularizer: regularizer, constraint: constraint, trainable: trainable))
        return variable
    }

    /// While weights are made for values that a file brings: their first values are not drawn, and no memory is taken.
    @TaskLocal package static var leavesWeightsEmpty = false

    /// The layers in the properties of this one, found by reflection.
    var heldLayers: [Layer] {
        var seen: Set<ObjectIdentifier> = []
        return layerProperties.flatMap(\.layers).filter { $0 !== self && seen.insert(ObjectIdentifier($0)).inserted }
    }

    /// The properties that hold layers, in the order of their declaration.
    package var layerProperties: [LayerProperty] {
        var mirrors: [Mirror] = []
        var mirror: Mirror? = Mirror(reflecting: self)
        while let current = mirror {
            mirrors.insert(current, at: 0)
            mirror = current.superclassMirror
        }
        return mirrors.flatMap(\.children).compactMap { child in
            let name = (child.label ?? "").replacing("$__lazy_storage_$_", with: "")
            return switch child.value {
            case let layer as Layer: LayerProperty(name: name, layers: [layer], isList: false)
            case let layers as [Layer]: LayerProperty(name: name, layers: layers, isList: true)
            default: nil
            }
        }
    }

    /// The layer's own weights, trainable ones first, without those of the layers it holds.
    package var ownVariables: [Variable] {
        (ownWeights.filter(\.trainable) + ownWeights.filter { !$0.trainable }).map(\.variable)
    }

    /// Every weight that may be trained, this layer's first, then those of the layers it holds; each once, also where a
    /// layer is held twice.
    package var allTrainable: [Weight] {
        guard trainable else { return [] }
        var seen: Set<ObjectIdentifier> = []
        return (ownWeights.filter(\.trainable) + sublayers.flatMap(\.allTrainable))
            .filter { seen.insert(ObjectIdentifier($0.variable)).inserted }
    }

    /// The weights: this layer's (trainable ones first), then those of the layers it holds.
    public var weights: [Variable] {
        var seen: Set<ObjectIdentifier> = []
        return (ownVariables + sublayers.flatMap(\.weights)).filter {
            seen.insert(ObjectIdentifier($0)).inserted
        }
    }

    /// The weights that training changes.
    public var trainableWeights: [Variable] { allTrainable.map(\.variable) }

    /// The weights that training leaves alone.
    public var nonTrainableWeights: [Variable] {
        let trained = Set(trainableWeights.map(ObjectIdentifier.init))
        return weights.filter { !trained.contains(ObjectIdentifier($0)) }
    }

    /// The number of numbers in all weights.
    public func countParams() -> Int { weights.reduce(0) { $0 + $1.shape.elementCount } }

    /// Copies of the weights' values, in the order of `weights`.
    public func getWeights() -> [Tensor] { weights.map(\.value) }

    /// Replaces the weights' values.
    ///
    /// - Throws: `IbexError` of kind `shape` where count or shapes differ; nothing is changed then.
    public func setWeights(_ values: [Tensor]) throws {
        let weights = weights
        guard values.count == weights.count else {
            throw IbexError(
                .shape, at: place, found: "\(values.count) weights", expected: "\(weights.count)",
                remedy: isBuilt ? "" : "Build the layer first.")
        }
        for (weight, value) in zip(weights, values) where weight.shape != value.shape {
            throw IbexError(
                .shape, at: weight.name, found: "a value of shape \(value.shape)", expected: "\(weight.shape)")
        }
        for (weight, value) in zip(weights, values) { weight.assign(value.cast(to: weight.dtype)) }
    }

    /// The penalties on the weights that are trained, each a scalar.
    package var regularizationLosses: [Tensor] {
        allTrainable.compactMap { weight in weight.regularizer.map { $0(weight.variable.value) } }
    }
}
