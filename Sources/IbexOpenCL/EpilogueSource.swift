import IbexGraph

/// The elementwise tail of a tiled kernel: a function made from the op's epilogue, the macro that calls it and the
/// parameters that it reads.
///
/// The result is seen as items x rows x columns; operand `i` is read at
/// `eo<i> + item * eb<i> + row * er<i> + column * (0, 1 or ec<i>)`, one number at `eo<i>`.
///
/// A single result is handed back to the template, which stores it. Several, or one that lies where an operand does, are
/// stored by the function itself, result `j` through `y<j>` at `item * yb + row * yr + column`; an operand that is the
/// very buffer of a result is read through the result's parameter, so that `restrict` stays true.
struct EpilogueSource {
    /// Stands before the template: the function.
    private(set) var function = ""
    /// The macro's expansion.
    private(set) var call = "(v)"
    private(set) var parameters = KernelParameters()
    private let outType: DType
    /// Whether the function stores the results.
    private var stores = false
    /// Whether results are stored as they are, bit for bit.
    private var isPlain: Bool { function.isEmpty && outType.memoryType == outType.valueType }
    /// The statements that fetch what it reads and writes of matrices.
    private var fetches = ""

    /// - Parameters:
    ///   - epilogue: `nil` stores the value as it is.
    ///   - operands: the epilogue's own.
    ///   - results: the op's.
    ///   - items, rows: how many of the result's leading axes count items, and how many after them rows; the others
    ///     count columns.
    init(
        _ epilogue: Epilogue?, dtype: DType, operands: [TypedBuffer], results: [TypedBuffer], shape: Shape, items: Int,
        rows: Int, to recorder: inout OpenCLRecorder
    ) {
        outType = epilogue?.dtypes[0] ?? dtype
        guard let epilogue else { return }
        var formals = ["const \(dtype.valueType) v"]
        var actuals = ["(v)"]
        let shared = operands.indices.map { index in
            epilogue.views[index] == .contiguous(shape) ? results.firstIndex(of: operands[index]) : nil
        }
        stores = results.count > 1 || shared.contains { $0 != nil }
        // Where an element of the results lies.
        var here = ""
        if stores {
            let walk = Self.strides(.contiguous(shape), shape, items: items, rows: rows)!
            parameters.long("yb", walk.item)
            parameters.long("yr", walk.row)
            here = "(item) * yb + (row) * yr\(walk.column == 0 ? "" : " + (col)")"
            for (index, result) in results.enumerated() {
                parameters.buffer(result.reference, "\(result.dtype.memoryType) *restrict y\(index)")
                formals.append("__global \(result.dtype.memoryType) *restrict y\(index)")
                actuals.append("y\(index)")
                // The template asks for the first result's memory itself.
                if index > 0 { fetches += " PREFETCH_WRITE(y\(index) + \(here));" }
            }
            formals.append("const long at")
            actuals.append(here)
        }
        for (index, given) in operands.enumerated() {
            formals.append("const \(given.dtype.valueType) e\(index)")
            if let result = shared[index] {
                actuals.append(given.dtype.loaded(from: "y\(result)", at: here))
                continue
            }
            var (operand, view) = (given, epilogue.views[index])
            if Self.strides(view, shape, items: items, rows: rows) == nil {
                operand = Self.materialise(operand, view, shape, to: &recorder)
                view = .contiguous(shape)
            }
            let walk = Self.strides(view, shape, items: items, rows: rows)!
            parameters.buffer(operand.reference, "const \(operand.dtype.memoryType) *restrict e\(index)")
            parameters.long("eo\(index)", view.offset)
            var place = "eo\(index)"
            if !view.isUniform {
                parameters.long("eb\(index)", walk.item)
                parameters.long("er\(index)", walk.row)
                place += " + (item) * eb\(index) + (row) * er\(index)"
            }
            switch walk.column {
            case 0: break
            case 1: place += " + (col)"
            default:
                parameters.long("ec\(index)", walk.column)
                place += " + (col) * ec\(index)"
            }
            actuals.append(operand.dtype.loaded(from: "e\(index)", at: place))
            if walk.row != 0, walk.column == 1 { fetches += " PREFETCH(e\(index) + \(place));" }
        }
        var constants: [String: String] = [:]
        for (position, use) in epilogue.expression.constantUses.enumerated() {
            let name = "c\(position)"
            constants["\(use.index) \(use.dtype)"] = name
            parameters.number(name, epilogue.constants[use.index], use.dtype)
            formals.append("const \(use.dtype == .bool ? "uchar" : use.dtype.valueType) \(name)")
            actuals.append(name)
        }
        let source = ExpressionSource(
            epilogue.expression, prefix: "t", load: { $0 == 0 ? "v" : "e\($0 - 1)" },
            constant: { $1.readingConstant(constants["\($0) \($1)"]!) }, numbers: epilogue.constants)
        let returned = stores ? "void" : source.results[0].dtype.valueType
        let ends =
            stores
            ? source.results.enumerated().map { $1.dtype.stored($1.name, to: "y\($0)", at: "at") }
            : ["return \(source.results[0].name);"]
        function =
            "inline \(returned) JOIN(NAME, _epilogue)(\(formals.joined(separator: ", ")))\n{\n"
            + (source.statements + ends).joined(separator: "\n") + "\n}\n"
        call = "JOIN(NAME, _epilogue)(\(actuals.joined(separator: ", ")))"
    }

    /// Stores values of a type as they are.
    static func none(_ dtype: DType) -> EpilogueSource { EpilogueSource(storing: dtype) }

    private init(storing dtype: DType) { outType = dtype }

    /// A template with this epilogue as its macros ask for it.
    func kernel(_ template: String, _ macros: [(key: String, value: String)]) -> KernelSource {
        let declarations = parameters.declarations.map { ", \($0)" }.joined()
        return KernelSource(
            template: template,
            macros: macros + [
                ("EPILOGUE_PARAMETERS", declarations), ("EPILOGUE(v, row, col, item)", call),
                ("EPILOGUE_IS_PLAIN", isPlain ? "1" : "0"),
                ("EPILOGUE_FETCHES", stores || !fetches.isEmpty ? "1" : "0"),
                ("EPILOGUE_AHEAD(row, col, item)", fetches),
                ("OUT", outType.memoryType),
                (
                    "PUT(pointer, index, value)",
                    stores ? "value;" : outType.stored("value", to: "(pointer)", at: "index")
                ),
            ], before: function)
    }

    private static func strides(_ view: View, _ shape: Shape, items: Int, rows: Int) -> (
        item: Int, row: Int, column: Int
    )? {
        func joined(_ axes: Range<Int>) -> Int? {
            let space = IterationSpace(
                axes.map { shape.extents[$0] }, strides: [axes.map { view.strides[$0] }])
            return space.rank == 1 ? (axes.isEmpty || space.inner == 1 ? 0 : space.strides[0][0]) : nil
        }
        guard let item = joined(0..<items), let row = joined(items..<items + rows),
            let column = joined(items + rows..<shape.rank)
        else { return nil }
        return (item, row, column)
    }

    private static func materialise(
        _ operand: TypedBuffer, _ view: View, _ shape: Shape, to recorder: inout OpenCLRecorder
    ) -> TypedBuffer {
        let copy = TypedBuffer(
            reference: recorder.scratch(byteCount: shape.elementCount * operand.dtype.byteCount),
            dtype: operand.dtype)
        let body = Expression(instructions: [.init(.load(0), operand.dtype)], results: [0])
        Ops.Fused(domain: shape, views: [view], body: body)
            .lower(operands: [operand], results: [copy], to: &recorder)
        return copy
    }
}
