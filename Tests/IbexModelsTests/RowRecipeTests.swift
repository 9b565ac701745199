import IbexGraph
import IbexOpenCL
import IbexRuntime
import Testing

@testable import IbexModels

/// Data that was never computed as a whole: rows are gathered from what it was made of.
@Suite struct RowRecipeTests {
    private static let pixels = (0..<24 * 6).map { UInt8($0 * 7 % 256) }
    private var images: Tensor { Tensor(shape: [24, 2, 3], scalars: Self.pixels) }

    private func scaled(_ images: Tensor) -> Tensor {
        (images.cast(to: .float32) / 255 - 0.5).reshaped(images.shape[0], -1)
    }

    /// The recipe on rows 5, 0 and 11 gives what is computed whole, bit for bit.
    private func expectRows(
        _ make: (Tensor) -> Tensor, from sources: Int = 1, _ location: SourceLocation = #_sourceLocation
    ) throws {
        try withDevice(.cpu) {
            let (recipe, tables) = RowRecipe.of(make(images))
            #expect(tables.count == sources && recipe.sourceCount == sources, sourceLocation: location)
            #expect(tables.allSatisfy { $0.dtype == .uint8 }, sourceLocation: location)
            let rows = Tensor([5, 0, 11] as [Int32])
            let batch = recipe(tables.map { $0.gathering(rows) })
            let whole = make(images).gathering(rows)
            #expect(batch.type == whole.type, sourceLocation: location)
            let (found, expected) = (try batch.bytes(), try whole.bytes())
            #expect(found == expected, sourceLocation: location)
        }
    }

    @Test func rowsComeOutAsTheWholeWould() throws {
        try expectRows(scaled)
        try expectRows { self.scaled($0[..<20]) }
        try expectRows { self.scaled($0)[..<12] }
        try expectRows { $0.cast(to: .float32).expandedDims(axis: -1) * Tensor(Float(0.25)) }
        try expectRows { ($0.cast(to: .float32) - Tensor([[1, 2, 3]] as [[Float]])).relu() }
        try expectRows { $0.cast(to: .float32)[0..., 0..<1, 1...] }
        try expectRows({ $0.cast(to: .float32) + $0[..<24].cast(to: .float32).square() }, from: 2)
    }

    @Test func recipesAreEqualWhereRowsAreMadeAlike() {
        let recipe = RowRecipe.of(scaled(images)).recipe
        #expect(recipe == RowRecipe.of(scaled(images[..<7])).recipe)
        #expect(recipe != RowRecipe.of((images.cast(to: .float32) / 254 - 0.5).reshaped(24, -1)).recipe)
        #expect(recipe != RowRecipe.of(images.cast(to: .float32) / 255 - 0.5).recipe)
    }

    /// What mixes rows, draws, was computed, holds big constants or would take more bytes is gathered itself.
    @Test func othersAreComputedWhole() throws {
        try withDevice(.cpu) {
            let x = scaled(images)
            let computed = scaled(images)
            try Tensor.evaluate([computed])
            let wide = Tensor(shape: [24, 2000], scalars: [UInt8](repeating: 1, count: 48_000))
            let shift = Tensor([Float](repeating: 1, count: 2000))
            let wholes = [
                x.matmul(Tensor.ones([6, 6], .float32)), x.transposed([1, 0]), x - x.mean(axis: 0), computed,
                wide.cast(to: .float32) + shift, images.cast(to: .float32).cast(to: .uint8)[0..., 0, 0],
                Tensor.randomUniform([24, 6]),
            ]
            for whole in wholes {
                let (recipe, sources) = RowRecipe.of(whole)
                #expect(sources.count == 1 && sources[0].identity == whole.identity && recipe.sourceCount == 1)
            }
        }
    }

    private func model() -> Sequential {
        let model = Sequential([Input(shape: [6]), Dense(4, activation: .relu), Dense(3, activation: .softmax)])
        model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
        return model
    }

    @Test(arguments: ["cpu", "opencl"]) func trainingIsTheSameBitForBit(device: String) throws {
        func run(computed: Bool) throws -> [[Double]] {
            try withDevice(device) {
                try withRandomSeed(3) {
                    let x = scaled(images)
                    if computed { try Tensor.evaluate([x]) }
                    let y = try toCategorical(Tensor((0..<24).map { Int32($0 % 3) }))
                    let model = model()
                    let history = try model.fit(x, y, batchSize: 7, epochs: 3, verbose: 0, validationSplit: 0.25)
                    let predicted = try model.predict(x, batchSize: 5).doubles()
                    #expect((x.storage == nil) == !computed)
                    return history.keys.map { history[$0] } + [predicted, [try model.evaluate(x, y, verbose: 0).loss]]
                }
            }
        }
        let (deferred, computed) = (try run(computed: false), try run(computed: true))
        #expect(deferred == computed)
    }

    /// A model trained on two sets that are scaled differently takes a step for each.
    @Test func aStepIsOfItsRecipe() throws {
        try withDevice(.cpu) {
            let model = model()
            let y = try toCategorical(Tensor((0..<24).map { Int32($0 % 3) }))
            for divisor in [255.0, 1.0, 255.0] {
                let x = images.cast(to: .float32).reshaped(24, 6) / divisor
                let loss = try model.evaluate(x, y, batchSize: 24, verbose: 0).loss
                try Tensor.evaluate([x])
                #expect(try model.evaluate(x, y, batchSize: 24, verbose: 0).loss == loss)
            }
        }
    }

    /// On the device lie the images as they are, a byte a pixel, once.
    @Test func dataTakesTheBytesOfItsSource() throws {
        let backend = try OpenCLBackend(try #require(try OpenCLPlatforms.devices().first))
        func allocated(rows: Int) throws -> Int {
            try withDevice(backend.device) {
                let pixels = Tensor(shape: [rows, 784], scalars: [UInt8](repeating: 9, count: rows * 784))
                let model = Sequential([Input(shape: [784]), Dense(3)])
                model.compile(optimizer: .sgd(), loss: .meanSquaredError)
                let before = backend.counters.bytesAllocated
                try model.fit(pixels.cast(to: .float32) / 255, .zeros([rows, 3]), batchSize: 16, verbose: 0)
                return backend.counters.bytesAllocated - before
            }
        }
        try DeviceRegistry.$substitute.withValue(backend) {
            // A byte a pixel, three targets, a number in the order.
            let (many, few) = (try allocated(rows: 1616), try allocated(rows: 16))
            #expect(many - few == 1600 * (784 + 12 + 4))
        }
    }
}
