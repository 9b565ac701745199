import IbexModels

/// The layers of a model in the order in which Keras saves them, each with its place in a `.weights.h5` file.
///
/// A model made of layers has them under `layers`, named by class: `dense`, `dense_1`. Other layers hold theirs in
/// properties: `timeDistributed.layer` is `layer`, a property with several counts by class again. A layer met twice is
/// saved once.
struct ObjectWalk {
    struct Object {
        let layer: Layer
        /// Where its arrays stand.
        let path: String
        /// Whether it stands in a model's list of layers.
        let isListed: Bool
    }

    private(set) var objects: [Object] = []
    private let style: KerasStyle
    private var visited: Set<ObjectIdentifier> = []

    init(_ model: Model, style: KerasStyle) {
        self.style = style
        visit(model, at: "")
    }

    static func listName(_ style: KerasStyle) -> String {
        style == .keras2 ? "_layer_checkpoint_dependencies" : "layers"
    }

    private mutating func visit(_ layer: Layer, at path: String, isListed: Bool = false) {
        guard visited.insert(ObjectIdentifier(layer)).inserted else { return }
        objects.append(Object(layer: layer, path: path + "vars", isListed: isListed))
        if let model = layer as? Model, model.listsLayers {
            // Keras 2 meets a layer with weights twice in its list, and counts it twice.
            let isCounted: (Layer) -> Int = { [style] in style == .keras2 && !$0.weights.isEmpty ? 2 : 1 }
            return visit(model.layers, at: "\(path)\(Self.listName(style))/", isListed: true, count: isCounted)
        }
        for property in layer.layerProperties.map({ (name: $0.kerasName, $0) }).sorted(by: Self.isBefore) {
            let inner = "\(path)\(property.name)/"
            if property.1.isList {
                visit(property.1.layers, at: inner, isListed: false) { _ in 1 }
            } else {
                for layer in property.1.layers { visit(layer, at: inner) }
            }
        }
    }

    private mutating func visit(_ layers: [Layer], at path: String, isListed: Bool, count: (Layer) -> Int) {
        var counts: [String: Int] = [:]
        for layer in layers {
            let name = KerasName.snakeCase(layer.className)
            let number = counts[name] ?? 0
            counts[name] = number + count(layer)
            visit(layer, at: "\(path)\(number == 0 ? name : "\(name)_\(number)")/", isListed: isListed)
        }
    }

    /// Keras visits attributes by name, those that begin with `_` last.
    private static func isBefore(_ a: (name: String, LayerProperty), _ b: (name: String, LayerProperty)) -> Bool {
        let (first, second) = (a.name.hasPrefix("_"), b.name.hasPrefix("_"))
        return first == second ? a.name < b.name : second
    }
}

extension LayerProperty {
    /// The attribute that holds the same layer in Keras: `queryDense` is `query_dense`.
    fileprivate var kerasName: String { KerasName.snakeCase(name) }
}
