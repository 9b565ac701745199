import IbexCPU
import IbexGraph
import IbexReference
import IbexTestSupport
import Testing

private typealias I = Expression.Instruction

@Suite struct FusedParityTests {
    /// tanh(x * w + c), x < w: two results of two types.
    private let body = Expression(
        instructions: [
            I(.load(0), .float32), I(.load(1), .float32), I(.constant(0), .float32),
            I(.apply(.multiply), .float32, [0, 1]), I(.apply(.add), .float32, [3, 2]), I(.apply(.tanh), .float32, [4]),
            I(.apply(.less), .bool, [0, 1]),
        ], results: [5, 6])

    @Test(arguments: [[4, 6, 5], [3, 1, 700], [2, 300, 3], [1, 1, 1], [2, 3, 1024], [17, 129, 9]])
    func mapsReadThroughViews(_ extents: [Int]) throws {
        let shape = Shape(extents)
        let (rows, columns) = (Shape([extents[0], extents[1], 1]), Shape([extents[2]]))
        let views: [(View, Shape)] = [
            (.contiguous(shape), shape), (View(strides: [0, 0, 1]), columns), (View(strides: [0, 0, 0]), [1]),
            (View(strides: [extents[1], 1, 0]), rows),
            (View(offset: shape.elementCount - 1, strides: shape.strides.map { -$0 }), shape),
            (View(strides: [1, extents[0], extents[0] * extents[1]]), shape),
        ]
        for (first, firstShape) in views {
            for (second, secondShape) in views {
                let op = Ops.Fused(domain: shape, views: [first, second], constants: [0.25], body: body)
                let inputs = [sample(firstShape), sample(secondShape, seed: 2)]
                try expectParity(op, inputs, Tolerance(absolute: 1e-6))
            }
        }
    }

    @Test(arguments: [[[6, 5], [7]], [[3], [40, 9]], [[], [20_000]], [[90], [33]], [[70, 3], [5, 20]]])
    func reductionsWithATail(_ axes: [[Int]]) throws {
        let (kept, reduced) = (Shape(axes[0]), Shape(axes[1]))
        let domain = Shape(axes[0] + axes[1])
        // Reduced axes in front in memory: folded down columns.
        let turned = Shape(axes[1] + axes[0])
        let strides = turned.strides
        let columns = View(strides: Array(strides.suffix(kept.rank)) + Array(strides.prefix(reduced.rank)))
        // (sum of x w) * c - max of x w, and the count of x < w through a cast.
        let body = Expression(
            instructions: [
                I(.load(0), .float32), I(.load(1), .float32), I(.apply(.multiply), .float32, [0, 1]),
                I(.apply(.less), .bool, [0, 1]), I(.cast, .int32, [3]),
            ], results: [2, 2, 4])
        let tail = Expression(
            instructions: [
                I(.load(0), .float32), I(.load(1), .float32), I(.load(3), .float32), I(.constant(0), .float32),
                I(.apply(.multiply), .float32, [0, 3]), I(.apply(.subtract), .float32, [4, 1]),
                I(.apply(.add), .float32, [5, 2]), I(.load(2), .int32),
            ], results: [6, 7])
        for first in [View.contiguous(domain), columns] {
            for second in [View.contiguous(domain), columns, View(strides: domain.extents.map { _ in 0 })] {
                let op = Ops.Fused(
                    domain: domain, reducedAxes: reduced.rank, views: [first, second], constants: [0.5], body: body,
                    reductions: [.sum, .maximum, .sum], epilogue: tail, epilogueViews: [.contiguous(kept)])
                let inputs = [sample(domain), sample(domain, seed: 2), sample(kept, seed: 3)]
                try expectParity(op, inputs, .ofPeak(3e-6))
            }
        }
    }

    /// x w - Σ x² c row by row, and Σ x² besides, along rows and down columns; then the same where x lies.
    @Test(arguments: [[[6, 5], [7]], [[3], [40, 9]], [[], [20_000]], [[90], [33]], [[2], [30_000]], [[5], [1]]])
    func closingsOverTheRowsFolded(_ axes: [[Int]]) throws {
        let (kept, reduced) = (Shape(axes[0]), Shape(axes[1]))
        let domain = Shape(axes[0] + axes[1])
        let strides = Shape(axes[1] + axes[0]).strides
        let columns = View(strides: Array(strides.suffix(kept.rank)) + Array(strides.prefix(reduced.rank)))
        let square = Expression(
            instructions: [I(.load(0), .float32), I(.apply(.multiply), .float32, [0, 0])], results: [1])
        let difference = Expression(
            instructions: [
                I(.load(1), .float32), I(.load(2), .float32), I(.load(0), .float32), I(.constant(0), .float32),
                I(.apply(.multiply), .float32, [0, 1]), I(.apply(.multiply), .float32, [2, 3]),
                I(.apply(.subtract), .float32, [4, 5]),
            ], results: [6])
        let weights = View(strides: kept.extents.map { _ in 0 } + reduced.strides)
        for (first, stored) in [(View.contiguous(domain), 1), (columns, 1), (View.contiguous(domain), 0)] {
            let op = Ops.Fused(
                domain: domain, reducedAxes: reduced.rank, views: [first], constants: [0.125], body: square,
                reductions: [.sum],
                closing: Ops.Fused.Closing(
                    expression: difference, views: [.contiguous(domain), weights], storedValues: stored))
            let inputs = [sample(domain), sample(domain), sample(reduced, seed: 2)]
            try expectParity(op, inputs, .ofPeak(1e-6))
            if stored == 0 { try expectParity(op, inputs, .ofPeak(1e-6), inPlace: 1) }
        }
    }

    /// m = 0.9 m + g, p = p - 0.1 m, written where p is read: the last load of p comes after other loops.
    @Test func updatesInPlace() throws {
        let body = Expression(
            instructions: [
                I(.load(0), .float32), I(.load(1), .float32), I(.constant(0), .float32), I(.constant(1), .float32),
                I(.apply(.multiply), .float32, [1, 2]), I(.apply(.subtract), .float32, [0, 4]),
                I(.apply(.multiply), .float32, [0, 3]), I(.apply(.add), .float32, [5, 6]),
            ], results: [5, 7])
        let part = Ops.Fused(
            domain: [5_000], views: [.contiguous([5_000]), .contiguous([5_000])], constants: [0.1, 0.9], body: body)
        let inputs = [sample([5_000]), sample([5_000], seed: 2)]
        try expectParity(part, inputs, .ofPeak(1e-6), inPlace: 0)

        var small = part
        small.domain = [3]
        small.views = [.contiguous([3]), .contiguous([3])]
        let both = Ops.HorizontalFused(parts: [part, small])
        try expectParity(both, inputs + [sample([3]), sample([3], seed: 5)], .ofPeak(1e-6))
    }

    @Test func epiloguesOfProducts() throws {
        // relu(value + bias[column]) cast to bool by > 0, and the same kept in float.
        let masked = Expression(
            instructions: [
                I(.load(0), .float32), I(.load(1), .float32), I(.apply(.add), .float32, [0, 1]),
                I(.constant(0), .float32), I(.apply(.greater), .bool, [2, 3]),
            ], results: [4])
        let activated = Expression(
            instructions: [
                I(.load(0), .float32), I(.load(1), .float32), I(.apply(.add), .float32, [0, 1]),
                I(.apply(.relu), .float32, [2]),
            ], results: [3])
        for (m, n, k) in [(3, 5, 2), (128, 784, 64), (300, 10, 30)] {
            for expression in [masked, activated] {
                for view in [View(strides: [0, 1]), View(strides: [n, 1]), View(strides: [0, 0])] {
                    let epilogue = Epilogue(expression: expression, constants: [0], views: [view])
                    let inputs = [
                        sample([m, k], .float32, .integers(-3...3)),
                        sample([k, n], .float32, .integers(-3...3), seed: 2),
                        sample([m, n], seed: 3),
                    ]
                    try expectParity(Ops.Matmul(epilogue: epilogue), inputs, .ofPeak(1e-6))
                }
            }
        }
        let epilogue = Epilogue(expression: activated, constants: [], views: [View(strides: [0, 0, 0, 1])])
        let inputs = [
            sample([6, 20, 20, 3], .float32, .integers(-3...3)), sample([3, 3, 3, 8], .float32, .integers(-3...3)),
            sample([8], seed: 3),
        ]
        try expectParity(Ops.Convolution2D(Window(size: [3, 3]), epilogue: epilogue), inputs, .ofPeak(1e-6))
    }

    /// uint8 rows gathered, cast and scaled.
    @Test func gathersWithATail() throws {
        let scaled = Expression(
            instructions: [
                I(.load(0), .uint8), I(.cast, .float32, [0]), I(.constant(0), .float32),
                I(.apply(.multiply), .float32, [1, 2]),
            ], results: [3])
        let epilogue = Epilogue(expression: scaled, constants: [1.0 / 255], views: [])
        let ids = sample([50], .int32, .integers(0...19))
        for width in [1, 30, 784] {
            let table = sample([20, width], .uint8, .integers(0...255))
            try expectParity(Ops.Gather(epilogue: epilogue), [table, ids], .ofPeak(1e-7))
        }
    }
}
