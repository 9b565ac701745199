import IbexGraph

/// The record of calls that leads from some symbolic tensors to others: what a functional model replays.
struct LayerGraph {
    let inputs: [SymbolicTensor]
    let outputs: [SymbolicTensor]
    /// The calls between them, each after those that it depends on.
    let calls: [LayerCall]
    /// The layers in Keras's order: by depth, the deepest first, those of a depth as they are met from the outputs.
    let layers: [Layer]
    /// The layer calls by depth: how far they are from the outputs.
    let depths: [ObjectIdentifier: Int]
    var inputForm: EndsForm
    var outputForm: EndsForm

    /// - Throws: `IbexError` of kind `argument` where an output does not depend on the inputs alone, of kind `name`
    ///   where two layers have one name.
    init(inputs: [SymbolicTensor], outputs: [SymbolicTensor], at place: String) throws(IbexError) {
        guard !inputs.isEmpty, !outputs.isEmpty else {
            throw IbexError(
                .argument, at: place, found: "\(inputs.count) inputs and \(outputs.count) outputs",
                expected: "at least one of each")
        }
        guard Set(inputs.map(\.key)).count == inputs.count else {
            throw IbexError(.argument, at: place, found: "the same input twice", expected: "each input once")
        }
        self.inputs = inputs
        self.outputs = outputs
        inputForm = inputs.count == 1 ? .single : .list
        outputForm = outputs.count == 1 ? .single : .list
        let walk = GraphWalk(from: outputs, to: Set(inputs.map(\.key)))
        if let stray = walk.stray {
            throw IbexError(
                .argument, at: place, found: "an output that depends on \"\(stray.layer.name)\"",
                expected: "outputs that depend on the inputs \(inputs.map(\.layer.name)) alone",
                remedy: "Add the tensor to the inputs of the model.")
        }
        calls = walk.calls
        (layers, depths) = Self.order(walk, inputs: inputs)
        var names: Set<String> = []
        for layer in layers where !names.insert(layer.name).inserted {
            throw IbexError(
                .name, at: place, found: "two layers named \"\(layer.name)\"", expected: "a name of its own for each")
        }
    }

    /// Layers by depth, as Keras sorts them: the order of weights in its files depends on it.
    private static func order(
        _ walk: GraphWalk, inputs: [SymbolicTensor]
    ) -> (layers: [Layer], depths: [ObjectIdentifier: Int]) {
        var callDepths: [ObjectIdentifier: Int] = [:]
        var layerDepths: [ObjectIdentifier: Int] = [:]
        for call in walk.calls.reversed() {
            let key = ObjectIdentifier(call)
            let layer = ObjectIdentifier(call.layer)
            let depth = max(callDepths[key] ?? 0, layerDepths[layer] ?? 0)
            callDepths[key] = depth
            layerDepths[layer] = depth
            for input in call.inputs where walk.reaches(input) {
                let parent = ObjectIdentifier(input.call)
                callDepths[parent] = max(callDepths[parent] ?? 0, depth + 1)
            }
        }
        var layers = walk.layers
        for input in inputs where input.layer is InputLayer && !layers.contains(where: { $0 === input.layer }) {
            layers.append(input.layer)
        }
        let ranked = layers.enumerated().sorted { a, b in
            let (first, second) = (
                layerDepths[ObjectIdentifier(a.element)] ?? 0, layerDepths[ObjectIdentifier(b.element)] ?? 0
            )
            return first == second ? a.offset < b.offset : first > second
        }
        return (ranked.map(\.element), callDepths)
    }

    /// Replays the calls on tensors.
    func run(_ tensors: [Tensor], _ context: CallContext) throws -> [Tensor] {
        var values: [SymbolicTensor.Key: Tensor] = [:]
        for (input, tensor) in zip(inputs, tensors) { values[input.key] = tensor }
        for call in calls where !(call.layer is InputLayer) {
            let operands = call.inputs.compactMap { values[$0.key] }
            let results = try context.with(training: call.training) { try call.layer.apply(operands, context) }
            for (index, result) in results.enumerated() {
                let key = SymbolicTensor.Key(call: ObjectIdentifier(call), index: index)
                if values[key] == nil { values[key] = result }
            }
        }
        return outputs.compactMap { values[$0.key] }
    }

    /// The shapes of the outputs for inputs of these shapes.
    func outputShapes(for shapes: [Shape]) throws -> [Shape] {
        var known: [SymbolicTensor.Key: Shape] = [:]
        for (input, shape) in zip(inputs, shapes) { known[input.key] = shape }
        for call in calls where !(call.layer is InputLayer) {
            let results = try call.layer.outputShapes(for: call.inputs.compactMap { known[$0.key] })
            for (index, result) in results.enumerated() {
                let key = SymbolicTensor.Key(call: ObjectIdentifier(call), index: index)
                if known[key] == nil { known[key] = result }
            }
        }
        return outputs.compactMap { known[$0.key] }
    }
}

/// The calls that some tensors depend on, found by a walk against the data's way that does not recurse.
private struct GraphWalk {
    /// Each after those that it depends on.
    private(set) var calls: [LayerCall] = []
    /// In the order in which the walk met them.
    private(set) var layers: [Layer] = []
    /// An input of the graph that is not among those where the walk ends.
    private(set) var stray: LayerCall?
    private let ends: Set<SymbolicTensor.Key>
    private var known: Set<ObjectIdentifier> = []
    private var met: Set<ObjectIdentifier> = []

    init(from outputs: [SymbolicTensor], to ends: Set<SymbolicTensor.Key>) {
        self.ends = ends
        var seen: Set<ObjectIdentifier> = []
        for output in outputs {
            var stack: [(call: LayerCall, next: Int)] = []
            func open(_ tensor: SymbolicTensor) -> LayerCall? {
                guard !ends.contains(tensor.key) || tensor.layer is InputLayer else { return nil }
                return seen.insert(ObjectIdentifier(tensor.call)).inserted ? tensor.call : nil
            }
            func push(_ call: LayerCall) {
                if met.insert(ObjectIdentifier(call.layer)).inserted { layers.append(call.layer) }
                stack.append((call, 0))
            }
            if let call = open(output) { push(call) }
            while let (call, next) = stack.last {
                if next < call.inputs.count {
                    stack[stack.count - 1].next += 1
                    if let input = open(call.inputs[next]) { push(input) }
                } else {
                    stack.removeLast()
                    calls.append(call)
                    known.insert(ObjectIdentifier(call))
                    if call.inputs.isEmpty, !call.outputs.contains(where: { ends.contains($0.key) }) { stray = call }
                }
            }
        }
    }

    /// Whether the call that makes a tensor is part of the graph.
    func reaches(_ tensor: SymbolicTensor) -> Bool { known.contains(ObjectIdentifier(tensor.call)) }
}
