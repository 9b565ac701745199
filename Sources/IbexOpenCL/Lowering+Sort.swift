import IbexGraph

extension Ops.Sort: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let (x, output) = (step.inputs[0], step.outputs[0])
        guard output.shape.elementCount > 0 else { return }
        switch recorder.variant {
        case .cpu: lowerByRows(x, output, to: &recorder)
        case .gpu: lowerByPasses(x, output, to: &recorder)
        }
    }

    private func lowerByRows(
        _ x: Program.Operand, _ output: Program.Operand, to recorder: inout OpenCLRecorder
    ) {
        let columns = x.shape[-1]
        let rows = x.shape.elementCount / columns
        // A row takes about as many steps for each element as it has doublings.
        let perItem = recorder.share(rows, each: columns * (Int.bitWidth - columns.leadingZeroBitCount))
        recorder.launch(
            KernelSource(template: "sort_cpu", macros: macros(x.dtype)),
            [
                .buffer(x.reference), .buffer(output.reference),
                .buffer(recorder.scratch(byteCount: output.type.byteCount)),
            ]
                + [rows, columns, perItem].map { .long(Int64($0)) }, global: LaunchSize(rows.dividedUp(by: perItem)))
    }

    private func lowerByPasses(
        _ x: Program.Operand, _ output: Program.Operand, to recorder: inout OpenCLRecorder
    ) {
        let (total, columns) = (x.shape.elementCount, x.shape[-1])
        var widths = [1]
        while let last = widths.last, last * 2 < columns { widths.append(last * 2) }
        // Passes write to the result and to spare memory by turns; the last one to the result.
        var (to, from) = (output.reference, recorder.scratch(byteCount: output.type.byteCount))
        if widths.count % 2 == 0 { swap(&to, &from) }
        for width in widths {
            recorder.launch(
                KernelSource(
                    template: "sort_gpu", macros: macros(x.dtype) + [("FIRST", width == 1 ? "1" : "0")]),
                [x.reference, from, to].map { .buffer($0) } + [total, columns, width].map { .long(Int64($0)) },
                global: LaunchSize(total), local: LaunchSize(256))
            swap(&to, &from)
        }
    }

    private func macros(_ dtype: DType) -> [(key: String, value: String)] {
        let sign = descending ? ">" : "<"
        let numbers = "(a) \(sign) (b)"
        // NaN counts as larger than every number.
        let (least, most) = descending ? ("b", "a") : ("a", "b")
        let fractions = "(\(numbers) || ((\(most)) != (\(most)) && (\(least)) == (\(least))))"
        return [("CELL", dtype.memoryType), ("BEFORE(a, b)", dtype.isFloatingPoint ? fractions : "(\(numbers))")]
    }
}
