import IbexGraph
import IbexRuntime

/// How rows of a tensor are computed from rows of others: with it a batch is cut from data that nobody computes whole.
///
///     let x = images.cast(to: .float32) / 255     // four times the bytes of the images, were it computed
///     try model.fit(x, y)                         // the images go to the device as they are; batches are cast there
///
/// Ops that keep rows apart are replayed on gathered rows: elementwise functions, casts, reshapes within a row, slices
/// that begin at the first row. What any other op makes is a source: it is computed whole and gathered. So is a tensor
/// that was computed already, or whose sources take more bytes a row than it does itself.
struct RowRecipe: Hashable {
    /// Shapes are those of a row; operands are numbers of earlier instructions.
    fileprivate enum Instruction: Hashable {
        /// Gathered rows of a source: one source for each such instruction, in order.
        case rows
        /// Numbers from the host that are the same for all rows.
        case constant([UInt8], TensorType)
        case fill(Double, TensorType)
        case filledRows(Double, TensorType)
        case elementwise(ElementwiseFunction, [Int])
        case cast(DType, Int)
        case reshape(Shape, Int)
        case broadcast(Shape, Int)
        case slice(Ops.Slice, Int)
    }

    fileprivate var instructions: [Instruction] = [.rows]

    /// The recipe of a tensor's rows, and the tensors that they are gathered from.
    static func of(_ tensor: Tensor) -> (recipe: RowRecipe, sources: [Tensor]) {
        var writer = RecipeWriter()
        guard writer.rows(of: tensor, depth: 0) != nil, !writer.sources.isEmpty,
            writer.sources.map(\.bytesPerRow).reduce(0, +) <= tensor.bytesPerRow
        else { return (RowRecipe(), [tensor]) }
        return (RowRecipe(instructions: writer.instructions), writer.sources)
    }

    var sourceCount: Int { instructions.count { $0 == .rows } }

    /// The tensor's rows, from as many rows of each source.
    func callAsFunction(_ gathered: [Tensor]) -> Tensor {
        let rows = gathered[0].shape[0]
        func batch(_ shape: Shape) -> Shape { Shape([rows] + shape.extents) }
        var next = 0
        var values: [Tensor] = []
        for instruction in instructions {
            switch instruction {
            case .rows:
                values.append(gathered[next])
                next += 1
            case .constant(let bytes, let type): values.append(Tensor(HostData(bytes), type))
            case .fill(let value, let type): values.append(.fill(value, type.shape, type.dtype))
            case .filledRows(let value, let type): values.append(.fill(value, batch(type.shape), type.dtype))
            case .elementwise(let function, let operands):
                values.append(Tensor.apply(Ops.Elementwise(function), operands.map { values[$0] })[0])
            case .cast(let dtype, let operand): values.append(values[operand].cast(to: dtype))
            case .reshape(let shape, let operand): values.append(values[operand].reshaped(to: batch(shape)))
            case .broadcast(let shape, let operand): values.append(values[operand].broadcast(to: batch(shape)))
            case .slice(let slice, let operand):
                let counts = [rows] + slice.counts.dropFirst()
                let part = Ops.Slice(starts: slice.starts, counts: counts, steps: slice.steps)
                values.append(counts == values[operand].shape.extents ? values[operand] : .apply(part, values[operand]))
            }
        }
        return values[values.count - 1]
    }
}

/// Walks back from a tensor through the ops that keep its rows apart.
private struct RecipeWriter {
    private(set) var instructions: [RowRecipe.Instruction] = []
    private(set) var sources: [Tensor] = []
    private var rows: [Tensor.Identity: Int] = [:]
    private var constants: [Tensor.Identity: Int] = [:]

    /// How many ops are walked back, and how many bytes a constant holds at most.
    private static let deepest = 16
    private static let largestConstant = 4096

    /// The number of the instruction that yields the tensor's rows; `nil` where it mixes in what is no row.
    mutating func rows(of tensor: Tensor, depth: Int) -> Int? {
        if let number = rows[tensor.identity] { return number }
        guard let instruction = instruction(for: tensor, depth: depth + 1) else { return nil }
        if instruction == .rows { sources.append(tensor) }
        rows[tensor.identity] = instructions.count
        return add(instruction)
    }

    private mutating func instruction(for tensor: Tensor, depth: Int) -> RowRecipe.Instruction? {
        // Rows that the host has are sent as they are.
        if !(tensor.node.op is Ops.Fill), tensor.hostBytes != nil { return .rows }
        let (op, storages, inputs) = tensor.node.contents
        guard storages == nil, depth < Self.deepest else { return .rows }
        let row = Shape(Array(tensor.shape.extents.dropFirst()))
        let keepsRows = inputs.first.map { $0.rank > 0 && $0.shape[0] == tensor.shape[0] } ?? false
        switch op {
        case let op as Ops.Elementwise:
            let operands = inputs.compactMap { rows(of: $0, depth: depth) }
            return operands.count == inputs.count ? .elementwise(op.function, operands) : nil
        case let op as Ops.Cast: return rows(of: inputs[0], depth: depth).map { .cast(op.dtype, $0) }
        case is Ops.Reshape where keepsRows: return rows(of: inputs[0], depth: depth).map { .reshape(row, $0) }
        case let op as Ops.Slice where op.starts.first == 0 && op.steps.first == 1:
            // The number of rows is the batch's in the end.
            let slice = Ops.Slice(starts: op.starts, counts: [0] + op.counts.dropFirst(), steps: op.steps)
            return rows(of: inputs[0], depth: depth).map { .slice(slice, $0) }
        case is Ops.Broadcast:
            let isRows = keepsRows && inputs[0].rank == tensor.rank
            let operand = isRows ? rows(of: inputs[0], depth: depth) : same(inputs[0])
            return operand.map { .broadcast(row, $0) }
        case let op as Ops.Fill: return .filledRows(op.value, TensorType(row, tensor.dtype))
        default: return .rows
        }
    }

    /// The number of the instruction that yields what is the same for all rows: few numbers that the host knows.
    private mutating func same(_ tensor: Tensor) -> Int? {
        if let number = constants[tensor.identity] { return number }
        let contents = tensor.node.contents
        let instruction: RowRecipe.Instruction
        switch contents.op {
        case let fill as Ops.Fill: instruction = .fill(fill.value, tensor.type)
        case let constant as Ops.Constant where constant.data.bytes.count <= Self.largestConstant:
            instruction = .constant(constant.data.bytes, tensor.type)
        case let cast as Ops.Cast where contents.storages == nil:
            guard let operand = same(contents.inputs[0]) else { return nil }
            instruction = .cast(cast.dtype, operand)
        default: return nil
        }
        constants[tensor.identity] = instructions.count
        return add(instruction)
    }

    private mutating func add(_ instruction: RowRecipe.Instruction) -> Int {
        instructions.append(instruction)
        return instructions.count - 1
    }
}

extension Tensor {
    fileprivate var bytesPerRow: Int { type.byteCount / Swift.max(shape[0], 1) }
}
