/// Writes the expression that computes values of a graph at one position of an iteration space, reading what is
/// computed elsewhere through views.
package struct Emitter {
    private let fusion: FusionPlan
    private let domain: Shape
    /// Vertices whose values may be computed here, at their own position.
    private let own: Set<Int>
    /// Values that are there already, by load index: the folded values in an epilogue, the kept ones in a closing.
    private let given: [Graph.Value: Int]
    /// The leading axes of the space, which those walk.
    private let givenDomain: Shape

    package private(set) var expression = Expression(instructions: [], results: [])
    package private(set) var constants: [Double]
    /// The values read from buffers, and how.
    package private(set) var leaves: [(value: Graph.Value, view: View)] = []

    private struct Key: Hashable {
        let value: Graph.Value
        let access: Access
    }
    private var known: [Key: Int] = [:]
    private var leafLoads: [Leaf: Int] = [:]
    private struct Leaf: Hashable {
        let value: Graph.Value
        let view: View
    }

    package init(
        _ fusion: FusionPlan, domain: Shape, own: Set<Int>, given: [Graph.Value: Int] = [:],
        over givenDomain: Shape? = nil, constants: [Double] = []
    ) {
        self.fusion = fusion
        self.domain = domain
        self.own = own
        self.given = given
        self.givenDomain = givenDomain ?? domain
        self.constants = constants
    }

    /// Adds `value`, reached through `access`, to the results.
    ///
    /// - Parameter computing: whether it is computed here even if it is one that is stored.
    package mutating func addResult(_ value: Graph.Value, _ access: Access, computing: Bool = true) {
        let instruction = emit(value, access, isRoot: computing)
        expression.results.append(instruction)
    }

    private mutating func add(_ code: Expression.Code, _ dtype: DType, _ arguments: [Int] = []) -> Int {
        expression.instructions.append(Expression.Instruction(code, dtype, arguments))
        return expression.instructions.count - 1
    }

    private mutating func emit(_ value: Graph.Value, _ access: Access, isRoot: Bool = false) -> Int {
        let key = Key(value: value, access: access)
        if let instruction = known[key] { return instruction }
        let instruction = compute(value, access, isRoot: isRoot)
        known[key] = instruction
        return instruction
    }

    private mutating func compute(_ value: Graph.Value, _ access: Access, isRoot: Bool) -> Int {
        let graph = fusion.graph
        let vertex = graph.vertices[value.vertex]
        let type = vertex.types[value.result]
        if let load = given[value], access.isIdentity(shape: type.shape, domain: givenDomain) {
            return add(.load(load), type.dtype)
        }
        if fusion.isStored[value.vertex], !isRoot, !(vertex.op is Ops.Fill) {
            let here = own.contains(value.vertex) && access.isIdentity(shape: type.shape, domain: domain)
            if !here { return leaf(value, access) }
        }
        switch vertex.op {
        case let fill as Ops.Fill:
            constants.append(fill.value)
            return add(.constant(constants.count - 1), type.dtype)
        case let elementwise as Ops.Elementwise:
            let arguments = vertex.inputs.map { emit($0, access) }
            return add(.apply(elementwise.function), type.dtype, arguments)
        case is Ops.Cast:
            return add(.cast, type.dtype, [emit(vertex.inputs[0], access)])
        default:
            let operand = vertex.inputs.first
            if fusion.isFusible(value.vertex), let operand,
                let inner = access.through(vertex.op, operand: graph.type(operand).shape, result: type.shape)
            {
                return emit(operand, inner)
            }
            return leaf(value, access)
        }
    }

    private mutating func leaf(_ value: Graph.Value, _ access: Access) -> Int {
        let graph = fusion.graph
        let view = access.view(shape: graph.type(value).shape, domainRank: domain.rank)
        let stored = fusion.stored(value)
        let key = Leaf(value: stored, view: view)
        if let load = leafLoads[key] { return load }
        leaves.append((stored, view))
        let load = add(.load(given.count + leaves.count - 1), graph.type(value).dtype)
        leafLoads[key] = load
        return load
    }
}
