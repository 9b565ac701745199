import IbexGraph
import IbexModels
import IbexRuntime
import Testing

/// How masks travel through layers.
@Suite struct LayerMaskTests {
    private let ids = Tensor([[3, 0, 2], [0, 0, 1]] as [[Int32]])
    private let kept: [Double] = [1, 0, 1, 0, 0, 1]

    private func mask(after layers: [Layer], _ x: Tensor) throws -> [Double]? {
        let context = CallContext()
        let y = try layers.reduce(x) { try $1($0, context) }
        return try context.mask(of: y)?.cast(to: .float32).doubles()
    }

    @Test func passThroughLayersThatSupportThem() throws {
        let embedding = Embedding(4, 2, maskZero: true)
        #expect(try mask(after: [embedding, Dense(3), Dropout(0.5), Activation(.relu)], ids) == kept)
        #expect(try mask(after: [embedding, LayerNormalization(), Identity(), Rescaling(2)], ids) == kept)
        #expect(try mask(after: [embedding, TimeDistributed(Dense(3))], ids) == kept)
        #expect(try mask(after: [embedding, Flatten()], ids) == nil)
        #expect(try mask(after: [embedding, Lambda { $0 * 2 }], ids) == nil)
        #expect(try mask(after: [embedding, Lambda(supportsMasking: true) { $0 * 2 }], ids) == kept)
        #expect(try mask(after: [Embedding(4, 2)], ids) == nil)
    }

    /// A step counts where any feature differs from the mask's value.
    @Test func masking() throws {
        let x = Tensor(shape: [1, 3, 2], scalars: [7, 7, 7, 1, 0, 0] as [Float])
        let context = CallContext()
        let y = try Masking(maskValue: 7)(x, context)
        #expect(try y.doubles() == [0, 0, 7, 1, 0, 0])
        #expect(try #require(context.mask(of: y)).cast(to: .float32).doubles() == [0, 1, 1])
    }

    @Test func merging() throws {
        let context = CallContext()
        let (a, b, c) = (Tensor.ones([1, 3, 2]), Tensor.ones([1, 3, 2]), Tensor.ones([1, 3, 2]))
        context.setMask(Tensor([[true, false, false]]), of: a)
        context.setMask(Tensor([[false, false, true]]), of: b)
        func merged(_ layer: Layer, _ inputs: [Tensor]) throws -> [Double]? {
            let y = try layer(inputs, context)
            return try context.mask(of: y)?.cast(to: .float32).doubles()
        }
        #expect(try merged(Add(), [a, b]) == [1, 0, 1])
        #expect(try merged(Add(), [a, c]) == nil)
        #expect(try merged(Concatenate(axis: 1), [a, b]) == [1, 0, 0, 0, 0, 1])
        #expect(try merged(Concatenate(axis: 1), [a, c]) == [1, 0, 0, 1, 1, 1])
        #expect(try merged(Concatenate(), [a, c]) == [1, 1, 1])
        #expect(try merged(Dot(axes: 2), [a, b]) == nil)
    }

    /// A function of two inputs, differentiated by itself: d/da (a - b)² = 2 (a - b).
    @Test func lambda() throws {
        let difference = Lambda(inputs: { [($0[0] - $0[1]).square()] })
        let (a, b) = (Variable(Tensor([3, 1] as [Float])).value, Tensor([1, 5] as [Float]))
        let y: Tensor = try difference([a, b])
        let slope = gradients(of: y, withRespectTo: [a])[0]
        #expect(try y.doubles() == [4, 16])
        #expect(try slope.doubles() == [4, -8])
    }
}
