import CIbexVector
import IbexGraph

/// An expression made ready to run block by block over an iteration space: one vectorised loop per function,
/// values in blocks that stay in the first-level cache.
///
/// Sources are read through views, straight from the operand where a block's elements lie next to each
/// other there; what is the same for all elements is computed once a run. Sinks take results in the
/// space's row-major order.
///
/// A class, because every thread has registers of its own in it; a run of `evaluate` touches only the
/// worker's, so calls for different workers may be on at once.
final class BlockProgram {
    /// Elements in memory of the step's own: what one program leaves there for another.
    struct Value {
        let storage: CPUStorage
        let dtype: DType

        init(_ storage: CPUStorage, _ dtype: DType) {
            self.storage = storage
            self.dtype = dtype
        }
    }

    /// What `load(i)` reads.
    enum Source {
        /// An operand: its buffer, where its view begins (in elements), its type. Strides are the space's.
        case operand(buffer: Int, offset: Int, dtype: DType)
        /// What another program computed before.
        case memory(Value)
        /// A block that the caller hands over before each evaluation.
        case external(DType)
    }

    /// Where result `i` goes.
    enum Sink {
        case buffer(Int)
        /// To where another program finds it.
        case memory(Value)
        /// Into a register, where the caller finds it.
        case register
    }

    struct Code {
        enum Kind { case apply, load, store }
        var kind: Kind
        var function: ibex_block?
        /// The value written, or the sink for `store`.
        var target = 0
        var a = 0
        var b = 0
        var c = 0
        /// The source of a load.
        var source = 0
        var size = 0
    }

    let space: IterationSpace
    let sources: [Source]
    let sinks: [Sink]
    let results: [Int]
    let resultTypes: [DType]
    let block: Int
    /// A rough cost of one element, in simple operations.
    let cost: Int
    let valueCount: Int
    let codes: [Code]
    let sinkSizes: [Int]
    /// What is computed once a run, one element wide: codes, and the values that blocks then need filled.
    let uniformCodes: [Code]
    let uniformLoads: [(value: Int, source: Int)]
    let fills: [(value: Int, size: Int)]
    /// Varying loads that need no copy at all, and sinks that a value is computed into: value and index.
    let direct: [(value: Int, source: Int, size: Int)]
    let periodic: [(value: Int, source: Int, size: Int)]
    let intoSink: [(value: Int, sink: Int, size: Int)]

    // Addresses: of sources and sinks for this run, of each worker's values, of values one element wide.
    let sourceBases: UnsafeMutablePointer<UnsafeMutableRawPointer>
    let sinkBases: UnsafeMutablePointer<UnsafeMutableRawPointer>
    let values: UnsafeMutablePointer<UnsafeMutableRawPointer>
    let scalars: UnsafeMutablePointer<UnsafeMutableRawPointer>
    /// Where a load may copy to: its register or its sink.
    let loadTargets: UnsafeMutablePointer<UnsafeMutableRawPointer>
    let extents: UnsafeMutablePointer<Int64>
    let strides: UnsafeMutablePointer<Int64>
    /// The rows of `periodic`, repeated over a block and a row more.
    let patterns: UnsafeMutableRawPointer
    let patternSlot: Int
    private let memory: CPUStorage

    /// - Parameter overlaps: whether sink `s` may lie where source `i` does.
    init(
        space: IterationSpace, sources: [Source], sinks: [Sink], expression: Expression, constants: [Double],
        site: CPUSite, overlaps: (Int, Int) -> Bool
    ) throws {
        let plan = try BlockPlan(
            space: space, sources: sources, sinks: sinks, expression: expression, overlaps: overlaps)
        self.space = space
        self.sources = sources
        self.sinks = sinks
        results = expression.results
        resultTypes = expression.dtypes
        sinkSizes = resultTypes.map(\.byteCount)
        codes = plan.codes
        uniformCodes = plan.uniformCodes
        uniformLoads = plan.uniformLoads
        fills = plan.fills
        direct = plan.direct
        periodic = plan.periodic
        intoSink = plan.intoSink
        cost = plan.cost
        valueCount = expression.instructions.count
        block = min(plan.registers > 3 ? 1024 : 2048, max(space.count, 1))

        let workers = site.pool.threadCount
        let slot = (block * 8 + 63) / 64 * 64
        let patternSlot = ((block + space.inner) * 8 + 63) / 64 * 64
        let total =
            plan.periodic.count * patternSlot + (plan.fills.count + workers * plan.registers) * slot
            + (valueCount * 16 + 63) / 64 * 64
        memory = try site.scratch(total)
        sourceBases = .allocate(capacity: sources.count + 1)
        sinkBases = .allocate(capacity: sinks.count + 1)
        values = .allocate(capacity: valueCount * workers + 1)
        scalars = .allocate(capacity: valueCount + 1)
        loadTargets = .allocate(capacity: valueCount * workers + 1)
        extents = .allocate(capacity: space.extents.count + 1)
        strides = .allocate(capacity: space.extents.count * sources.count + 1)
        sourceBases.initialize(repeating: memory.pointer, count: sources.count + 1)
        sinkBases.initialize(repeating: memory.pointer, count: sinks.count + 1)
        values.initialize(repeating: memory.pointer, count: valueCount * workers + 1)
        scalars.initialize(repeating: memory.pointer, count: valueCount + 1)
        loadTargets.initialize(repeating: memory.pointer, count: valueCount * workers + 1)
        for (axis, extent) in space.extents.enumerated() { extents[axis] = Int64(extent) }
        for (source, row) in space.strides.enumerated() {
            for (axis, stride) in row.enumerated() { strides[source * space.extents.count + axis] = Int64(stride) }
        }
        patterns = memory.pointer + (total - plan.periodic.count * patternSlot)
        self.patternSlot = patternSlot
        layOut(plan, slot: slot, workers: workers)
        for (index, instruction) in expression.instructions.enumerated() {
            guard case .constant(let number) = instruction.code else { continue }
            var value = constants[number]
            let convert = ibex_cast(Int32(IBEX_FLOAT64.rawValue), instruction.dtype.code)
            convert?(1, scalars[index], &value, nil, nil)
        }
        if uniformLoads.isEmpty { computeUniforms() }
        fillBlocks()
    }

    deinit {
        for table in [sourceBases, sinkBases, values, scalars, loadTargets] { table.deallocate() }
        extents.deallocate()
        strides.deallocate()
    }

    private func layOut(_ plan: BlockPlan, slot: Int, workers: Int) {
        var next = memory.pointer
        func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
            defer { next += byteCount }
            return next
        }
        for index in 0..<valueCount { scalars[index] = take(16) }
        next = memory.pointer + (valueCount * 16 + 63) / 64 * 64
        for fill in fills {
            let filled = take(slot)
            for worker in 0..<workers { values[worker * valueCount + fill.value] = filled }
        }
        for worker in 0..<workers {
            let registers = (0..<plan.registers).map { _ in take(slot) }
            for (value, register) in plan.register {
                values[worker * valueCount + value] = registers[register]
                loadTargets[worker * valueCount + value] = registers[register]
            }
        }
    }

    func fillBlocks() {
        for fill in fills { ibex_fill(fill.size, block, values[fill.value], scalars[fill.value]) }
    }
}

extension DType {
    /// The number of the type in `CIbexVector`.
    var code: Int32 {
        switch self {
        case .bool: Int32(IBEX_BOOL.rawValue)
        case .uint8: Int32(IBEX_UINT8.rawValue)
        case .int32: Int32(IBEX_INT32.rawValue)
        case .int64: Int32(IBEX_INT64.rawValue)
        case .float16: Int32(IBEX_FLOAT16.rawValue)
        case .bfloat16: Int32(IBEX_BFLOAT16.rawValue)
        case .float32: Int32(IBEX_FLOAT32.rawValue)
        case .float64: Int32(IBEX_FLOAT64.rawValue)
        }
    }
}
