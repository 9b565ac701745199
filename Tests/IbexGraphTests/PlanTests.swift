import IbexGraph
import Testing

/// A graph written by hand, planned without a device.
private struct Sketch {
    var inputTypes: [TensorType] = []
    var roots: [Root] = []

    mutating func input(_ shape: Shape, _ dtype: DType = .float32) -> Tensor {
        let type = TensorType(shape, dtype)
        inputTypes.append(type)
        return .apply(Ops.Input(inputTypes.count - 1, type, trace: 1))
    }

    func index(of tensor: Tensor) -> Int? { (tensor.node.op as? Ops.Input)?.index }

    mutating func update(_ old: Tensor, with new: Tensor) { roots.append(Root(new, updates: index(of: old))) }

    func program(largestBuffer: Int = .max) throws -> Program {
        let (graph, _) = try Graph.capture(roots, inputTypes: inputTypes, trace: 1)
        return try Planner.program(for: graph, fusing: true, largestBuffer: largestBuffer)
    }
}

extension Program {
    fileprivate var names: [String] { steps.map { $0.op.name }.sorted() }
    fileprivate var isInPlace: Bool {
        let maps = steps.compactMap { $0.op as? Ops.Fused }.filter { !$0.isReduction }
        let copies = maps.filter { $0.body.instructions.count == 1 }
        return copies.isEmpty
    }
}

@Suite struct PlanTests {
    /// A training step of mlp-784 on a data set that lies on the device: 784-784-10, RMSprop, batch 128.
    private func mlp784() throws -> Program {
        var sketch = Sketch()
        let images = sketch.input([60000, 784])
        let labels = sketch.input([60000, 10])
        let order = sketch.input([60000], .int32)
        let cursor = sketch.input(.scalar, .int64)
        let rate = sketch.input(.scalar)
        let lossTotal = sketch.input(.scalar)
        let hits = sketch.input(.scalar)
        let count = sketch.input(.scalar)
        let iterations = sketch.input(.scalar, .int64)
        let parameters = [[784, 784], [784], [784, 10], [10]].map { sketch.input(Shape($0)) }
        let slots = parameters.map { sketch.input($0.shape) }

        let x = Tensor.apply(Ops.Gather(count: 128), images, order, cursor)
        let y = Tensor.apply(Ops.Gather(count: 128), labels, order, cursor)
        let hidden = (x.matmul(parameters[0]) + parameters[1]).relu()
        let logits = hidden.matmul(parameters[2]) + parameters[3]
        let loss = Tensor.apply(Ops.SoftmaxCrossEntropy(), [logits, y])[0]
        let mean = loss.sum() / 128
        let hit = (logits.softmax().argmax(axis: -1) .== y.argmax(axis: -1)).cast(to: .float32)
        for (index, gradient) in gradients(of: mean, withRespectTo: parameters).enumerated() {
            let slot = slots[index] * 0.9 + gradient.square() * 0.1
            sketch.update(slots[index], with: slot)
            sketch.update(parameters[index], with: parameters[index] - rate * gradient / (slot + 1e-7).sqrt())
        }
        sketch.update(lossTotal, with: lossTotal + mean * 128)
        sketch.update(hits, with: hits + hit.sum())
        sketch.update(count, with: count + 128)
        sketch.update(iterations, with: iterations + 1)
        sketch.update(cursor, with: cursor + 128)
        return try sketch.program()
    }

    /// x - mean reads x again rather than lie in memory beside it, though two results need it; its square root is stored.
    @Test func differencesFromAMeanAreNotStored() throws {
        var sketch = Sketch()
        let (x, mean) = (sketch.input([64, 32]), sketch.input([32]))
        let deviation = x - mean
        let results = [deviation.sum(axis: 0), deviation.square().sum(axis: 0)]
        sketch.roots = results.map { Root($0, updates: nil) }
        let program = try sketch.program()
        #expect(program.steps.count == 1, "\(program)")
        let root = (x - mean).sqrt()
        sketch.roots = [root.sum(axis: 0), root.square().sum(axis: 0)].map { Root($0, updates: nil) }
        let stored = try sketch.program()
        #expect(stored.steps.count == 2, "\(stored)")
    }

    @Test func trainingStepOfMLP784TakesAtMostThirteenLaunches() throws {
        let program = try mlp784()
        #expect(program.steps.count <= 13, "\(program)")
        #expect(program.isInPlace, "\(program)")
    }

    /// A training step of cnn-32: convolution, pooling, two dropouts, a dense layer; Adam, batch 128.
    @Test func trainingStepOfCNN32TakesAtMostTwentyOneLaunches() throws {
        var sketch = Sketch()
        let images = sketch.input([60000, 28, 28, 1])
        let labels = sketch.input([60000, 10])
        let order = sketch.input([60000], .int32)
        let cursor = sketch.input(.scalar, .int64)
        let iterations = sketch.input(.scalar, .int64)
        let total = sketch.input(.scalar)
        let rate = sketch.input(.scalar)
        let parameters = [[3, 3, 1, 32], [32], [5408, 10], [10]].map { sketch.input(Shape($0)) }
        let moments = parameters.map { sketch.input($0.shape) }
        let velocities = parameters.map { sketch.input($0.shape) }

        func dropout(_ x: Tensor, _ rate: Double, _ ordinal: UInt32) -> Tensor {
            let draw = Ops.Random(.uniform, TensorType(x.shape, .float32), seed: 1, ordinal: ordinal)
            let keep = Tensor.apply(draw, iterations) .>= rate
            return .where(keep, x * (1 / (1 - rate)), x.filled(0))
        }
        let x = Tensor.apply(Ops.Gather(count: 128), images, order, cursor)
        let y = Tensor.apply(Ops.Gather(count: 128), labels, order, cursor)
        let convolution = Tensor.apply(Ops.Convolution2D(Window(size: [3, 3])), x, parameters[0])
        let hidden = (convolution + parameters[1]).relu()
        let pooled = Tensor.apply(Ops.MaxPool2D(Window(size: [2, 2], strides: [2, 2])), hidden)
        let flat = dropout(dropout(pooled, 0.25, 0).reshaped(128, 5408), 0.5, 1)
        let logits = flat.matmul(parameters[2]) + parameters[3]
        let loss = Tensor.apply(Ops.SoftmaxCrossEntropy(), [logits, y])[0].sum() / 128
        let t = (iterations + 1).cast(to: .float32)
        let alpha =
            rate * (1 - Tensor.fill(0.999, .scalar, .float32).power(t)).sqrt()
            / (1 - Tensor.fill(0.9, .scalar, .float32).power(t))
        for (index, gradient) in gradients(of: loss, withRespectTo: parameters).enumerated() {
            let moment = moments[index] + (gradient - moments[index]) * 0.1
            let velocity = velocities[index] + (gradient.square() - velocities[index]) * 0.001
            sketch.update(moments[index], with: moment)
            sketch.update(velocities[index], with: velocity)
            sketch.update(parameters[index], with: parameters[index] - alpha * moment / (velocity.sqrt() + 1e-7))
        }
        sketch.update(total, with: total + loss * 128)
        sketch.update(iterations, with: iterations + 1)
        sketch.update(cursor, with: cursor + 128)
        let program = try sketch.program()
        #expect(program.steps.count <= 21, "\(program)")
        #expect(program.isInPlace, "\(program)")
    }

    /// What reads inputs alone waits for its first reader: the labels are gathered when the loss wants them.
    @Test func rowsAreGatheredWhenTheyAreWanted() throws {
        var sketch = Sketch()
        let (images, labels) = (sketch.input([100, 40]), sketch.input([100, 20]))
        let (order, weights) = (sketch.input([8], .int32), sketch.input([40, 20]))
        let y = labels.gathering(order)
        let scores = images.gathering(order).matmul(weights)
        sketch.roots.append(Root((y * Tensor.apply(Ops.LogSoftmax(), scores)).sum()))
        let names = try sketch.program().steps.map { $0.op.name }
        #expect(Array(names.prefix(4)) == ["gather", "matmul", "logSoftmax", "gather"], "\(names)")
    }

    @Test func temporariesOfMLP784ShareMemory() throws {
        let program = try mlp784()
        // The batch, the hidden layer and its gradient, and some rows of ten.
        #expect(program.arenas.reduce(0, +) < 1_250_000, "\(program.arenas)")
    }

    /// A gradient that nothing but its parameter's update reads is never stored: the product writes slot and parameter
    /// where they lie. The layer's other readers of the parameter come first.
    @Test func productsCarryTheUpdateOfTheirParameter() throws {
        var sketch = Sketch()
        let x = sketch.input([32, 40])
        let (first, second) = (sketch.input([40, 50]), sketch.input([50, 20]))
        let slots = [sketch.input([40, 50]), sketch.input([50, 20])]
        let loss = x.matmul(first).matmul(second).square().sum()
        for (index, gradient) in gradients(of: loss, withRespectTo: [first, second]).enumerated() {
            let slot = slots[index] * 0.9 + gradient.square() * 0.1
            sketch.update(slots[index], with: slot)
            sketch.update([first, second][index], with: [first, second][index] - gradient / slot.sqrt())
        }
        let program = try sketch.program()
        let products = program.steps.filter { $0.op is Ops.Matmul }
        // Forward twice, the hidden layer's gradient, and two updates; nothing else reads or writes a matrix.
        #expect(products.count == 5 && program.steps.count <= 6, "\(program)")
        let updates = products.filter { $0.outputs.count == 2 }
        #expect(updates.count == 2, "\(program)")
        for step in updates {
            #expect(step.outputs.allSatisfy { output in step.inputs.contains { $0.buffer == output.buffer } })
        }
        let readers = program.steps.indices.filter { number in
            program.steps[number].inputs.contains { $0.buffer == sketch.index(of: second) }
        }
        #expect(program.steps[try #require(readers.last)].outputs.count == 2, "\(program)")
    }

    @Test func chainOfElementwiseOpsIsOneStep() throws {
        var sketch = Sketch()
        let x = sketch.input([64, 3])
        let row = sketch.input([3])
        sketch.roots = [Root(((x + row) * 2).tanh().sum(axis: 1))]
        let program = try sketch.program()
        #expect(program.names == ["fused"])
    }

    /// Rows are folded and brought to length one where they lie; shifted by one row, they are not.
    @Test func rowsAreClosedByTheKernelThatFoldsThem() throws {
        var sketch = Sketch()
        let weights = sketch.input([64, 48])
        let lengths = weights.square().sum(axis: 1, keepDims: true).sqrt()
        sketch.update(weights, with: weights / lengths)
        let inPlace = try sketch.program()
        #expect(inPlace.steps.count == 1 && inPlace.steps[0].outputs[0].buffer == 0, "\(inPlace)")
        sketch.roots = []
        sketch.update(weights, with: weights.flipped(axes: [0]) / lengths)
        let apart = try sketch.program()
        #expect(apart.steps.count == 2 && apart.steps[0].outputs[0].buffer != 0, "\(apart)")
    }

    /// Columns are folded in another order than the map walks, and another row's sum is not at hand.
    @Test func otherMapsAreKernelsOfTheirOwn() throws {
        var sketch = Sketch()
        let x = sketch.input([16, 16])
        let sums = x.sum(axis: 1, keepDims: true)
        for result in [x - x.sum(axis: 0), x - sums.transposed(), x - sums.flipped(axes: [0])] {
            sketch.roots = [Root(result)]
            #expect(try sketch.program().steps.count == 2)
        }
    }

    @Test func equalSubexpressionsAreComputedOnce() throws {
        var sketch = Sketch()
        let x = sketch.input([8, 8])
        let y = sketch.input([8, 8])
        sketch.roots = [Root(x.matmul(y) + x.matmul(y))]
        #expect(try sketch.program().names == ["matmul"])
    }

    @Test func matmulReadsTransposedOperandsAsTheyAreStored() throws {
        var sketch = Sketch()
        let x = sketch.input([5, 8])
        let y = sketch.input([7, 8])
        sketch.roots = [Root(x.matmul(y.transposed()))]
        let program = try sketch.program()
        #expect(program.names == ["matmul"])
        #expect((program.steps[0].op as? Ops.Matmul)?.transposeB == true)
    }

    @Test func swappedVariablesOfOneShapeAreExchangedInOneStep() throws {
        var sketch = Sketch()
        let a = sketch.input([4])
        let b = sketch.input([4])
        sketch.update(a, with: b)
        sketch.update(b, with: a)
        #expect(try sketch.program().steps.count == 1)
    }

    @Test func crosswiseUpdatesThatCannotShareAStepGoThroughATemporary() throws {
        var sketch = Sketch()
        let a = sketch.input([8, 8])
        let b = sketch.input([8, 8])
        sketch.update(a, with: b.matmul(b))
        sketch.update(b, with: a.matmul(a))
        let program = try sketch.program()
        #expect(program.steps.count == 3)
        #expect(program.arenas == [512])
    }

    @Test func shiftedReadOfAnUpdatedVariableGoesThroughATemporary() throws {
        var sketch = Sketch()
        let a = sketch.input([4])
        sketch.update(a, with: a.flipped(axes: [0]))
        let program = try sketch.program()
        #expect(program.arenas == [512])
        #expect(program.steps.count == 2)
    }

    @Test func arenasStayBelowTheLargestBuffer() throws {
        var sketch = Sketch()
        let x = sketch.input([256, 256])
        var y = x
        for _ in 0..<4 { y = y.matmul(x) + y.matmul(x.transposed()) }
        sketch.roots = [Root(y)]
        let program = try sketch.program(largestBuffer: 300_000)
        #expect(program.arenas.count > 1)
        #expect(program.arenas.allSatisfy { $0 <= 300_000 })
    }

    @Test func expressionsDifferInArgumentsOnly() throws {
        var bodies: Set<Expression> = []
        for size in 2...51 {
            var sketch = Sketch()
            let x = sketch.input([size + 1, 3])
            sketch.roots = [Root((x * Double(size) + 0.5).exp())]
            bodies.formUnion(try sketch.program().steps.compactMap { ($0.op as? Ops.Fused)?.body })
        }
        #expect(bodies.count == 1)
    }

    /// Two models that learn from each other's softmax: each loss's labels are the other's probabilities.
    @Test func probabilitiesThatWouldWaitForEachOtherAreNotShared() throws {
        var sketch = Sketch()
        let (a, b) = (sketch.input([4, 3]), sketch.input([4, 3]))
        let first = Tensor.apply(Ops.SoftmaxCrossEntropy(), [a, b.softmax()])[0]
        let second = Tensor.apply(Ops.SoftmaxCrossEntropy(), [b, a.softmax()])[0]
        sketch.roots = [Root(first + second)]
        let names = try sketch.program().names
        #expect(names.filter { $0 == "softmaxCrossEntropy" }.count == 2)
        #expect(names.contains("softmax"))
    }

    /// One row of the variable is added to all: the others' results must not overwrite it first.
    @Test func epilogueThatRepeatsAPartOfTheVariableIsNotInPlace() throws {
        var sketch = Sketch()
        let v = sketch.input([2, 3, 1])
        let (x, w) = (sketch.input([2, 3, 5]), sketch.input([5, 1]))
        sketch.update(v, with: x.matmul(w) + v[0])
        let program = try sketch.program()
        let matmul = try #require(program.steps.first { $0.op is Ops.Matmul })
        #expect(matmul.outputs[0].buffer != 0)
    }

    @Test func numbersFoldAsTheirTypeHoldsThem() throws {
        var sketch = Sketch()
        let wholes = Tensor.fill(2.7, [2], .int32)
        sketch.roots = [Root((wholes + wholes).cast(to: .float32))]
        let program = try sketch.program()
        #expect((program.steps[0].op as? Ops.Fused)?.constants == [4])
    }
}
