import IbexGraph
import IbexRuntime
import Testing

/// Runs a body that throws, whatever the macros inside hide of it.
private func on(_ device: Device, _ body: () throws -> Void) throws { try withDevice(device, body) }

/// What holds on every device: each test runs on each.
@Suite struct EvaluationTests {
    static let devices = DeviceRegistry.shared.devices

    @Test(arguments: devices) func elementwiseAndMatmul(device: Device) throws {
        try on(device) {
            let x = Tensor([[1, 2], [3, 4]] as [[Float]])
            let y = x.matmul(x) + 1
            let found1 = try y.scalars(as: Float.self)
            #expect(found1 == [8, 11, 16, 23])
        }
    }

    @Test(arguments: devices) func gradientOfASquareIsTwiceItsPoint(device: Device) throws {
        try on(device) {
            let slope = gradient { x in x * x }
            let found2 = try slope(Tensor(3 as Float)).item(as: Float.self)
            #expect(found2 == 6)
            let curvature = gradient(of: gradient { x in x * x * x })
            let found3 = try curvature(Tensor(2 as Float)).item(as: Float.self)
            #expect(found3 == 12)
        }
    }

    /// y = 3x + 2 is found by gradient descent; the recurrence was worked out by hand for the first step.
    @Test(arguments: devices) func compiledStepDescends(device: Device) throws {
        try on(device) {
            let w = Variable(Tensor(0 as Float), name: "w")
            let b = Variable(Tensor(0 as Float), name: "b")
            let step = compile { inputs in
                let loss = (inputs[0] * w.value + b.value - inputs[1]).square().mean()
                let slopes = gradients(of: loss, withRespectTo: [w.value, b.value])
                w.assign(w.value - slopes[0] * 0.1)
                b.assign(b.value - slopes[1] * 0.1)
                return [loss]
            }
            let x = Tensor([0, 1, 2, 3] as [Float])
            let y = Tensor([2, 5, 8, 11] as [Float])
            // (4 + 25 + 64 + 121) / 4; then w = 0.1 * 2/4 * (5 + 16 + 33), b = 0.1 * 2/4 * 26.
            let found4 = try step(x, y)[0].item(as: Float.self)
            #expect(found4 == 53.5)
            let (slope, offset) = (try w.value.item(as: Float.self), try b.value.item(as: Float.self))
            #expect(abs(slope - 2.7) < 1e-6)
            #expect(abs(offset - 1.3) < 1e-6)
            for _ in 0..<200 { _ = try step(x, y) }
            let found = try w.value.item(as: Float.self)
            #expect(abs(found - 3) < 1e-3)
            #expect(step.programCount == 1)
        }
    }

    @Test(arguments: devices) func swappedVariablesExchangeTheirContents(device: Device) throws {
        try on(device) {
            let a = Variable(Tensor([1, 2, 3] as [Float]))
            let b = Variable(Tensor([4, 5, 6] as [Float]))
            let swap = compile { _ in
                let old = a.value
                a.assign(b.value)
                b.assign(old)
                return []
            }
            _ = try swap([])
            let found5 = try a.value.scalars(as: Float.self)
            #expect(found5 == [4, 5, 6])
            let found6 = try b.value.scalars(as: Float.self)
            #expect(found6 == [1, 2, 3])
        }
    }

    @Test(arguments: devices) func valueTakenBeforeAnUpdateStays(device: Device) throws {
        try on(device) {
            let v = Variable(Tensor([1, 2] as [Float]))
            let before = v.value
            let later = v.value + 10
            let double = compile { _ in
                v.assign(v.value * 2)
                return []
            }
            _ = try double([])
            let found7 = try before.scalars(as: Float.self)
            #expect(found7 == [1, 2])
            let found8 = try later.scalars(as: Float.self)
            #expect(found8 == [11, 12])
            let found9 = try v.value.scalars(as: Float.self)
            #expect(found9 == [2, 4])
        }
    }

    @Test(arguments: devices) func drawsDifferFromRunToRunAndRepeatWithTheSeed(device: Device) throws {
        try on(device) {
            func draws() throws -> [[Float]] {
                try withRandomSeed(7) {
                    let draw = compile { _ in [Tensor.randomUniform([3])] }
                    return try (0..<2).map { _ in try draw([])[0].scalars(as: Float.self) }
                }
            }
            let first = try draws()
            #expect(first[0] != first[1])
            let found10 = try draws()
            #expect(found10 == first)
            #expect(first.joined().allSatisfy { (0..<1).contains($0) })
        }
    }

    @Test(arguments: devices) func gradientSurvivesAValueReadOnTheWay(device: Device) throws {
        try on(device) {
            let (_, slope) = try valueAndGradient(at: Tensor(2 as Float)) { x in
                let inner = x * x
                _ = try inner.item(as: Float.self)
                return inner * x
            }
            let found11 = try slope.item(as: Float.self)
            #expect(found11 == 12)
        }
    }

    @Test(arguments: devices) func truncatedNormalStaysWithinTwoDeviations(device: Device) throws {
        try on(device) {
            let draw = try withRandomSeed(3) { try Tensor.randomTruncatedNormal([20_000]).scalars(as: Float.self) }
            let mean = draw.reduce(0, +) / Float(draw.count)
            let deviation = (draw.reduce(0) { $0 + $1 * $1 } / Float(draw.count)).squareRoot()
            #expect(draw.allSatisfy { abs($0) <= 2 })
            #expect(abs(mean) < 0.02)
            // The deviation of a normal distribution cut at two, from its closed form.
            #expect(abs(deviation - 0.87962566) < 0.01)
        }
    }

    /// An odd number of sign changes is one.
    @Test(arguments: devices) func chainOfAMillionNodesEvaluatesAndIsFreed(device: Device) throws {
        try on(device) {
            var x = Tensor([3, -4] as [Float])
            for _ in 0..<1_000_001 { x = -x }
            let values = try x.scalars(as: Float.self)
            #expect(values == [-3, 4])
        }
    }

    @Test(arguments: devices) func chainOfViewsEvaluates(device: Device) throws {
        try on(device) {
            var x = Tensor([1, 2, 3] as [Float])
            for _ in 0..<20_001 { x = x.flipped(axes: [0]) }
            let values = try x.scalars(as: Float.self)
            #expect(values == [3, 2, 1])
        }
    }

    @Test(arguments: devices) func numbersBesideWholeNumbersKeepTheirValue(device: Device) throws {
        try on(device) {
            let x = Tensor([0, 5] as [UInt8])
            let sums = try (x + 300).scalars(as: Int32.self)
            #expect(sums == [300, 305])
            let greater = try (x .> -1).scalars(as: Bool.self)
            #expect(greater == [true, true])
            let total = try Tensor([200, 100] as [UInt8]).sum().item(as: Int32.self)
            #expect(total == 300)
        }
    }

    @Test func gradientReachesATargetThroughAnother() throws {
        let x = Tensor([3, -1] as [Float])
        let h = x * 2
        let y = h * h
        let found = gradients(of: y, withRespectTo: [x, h])
        let (dx, dh) = (try found[0].scalars(as: Float.self), try found[1].scalars(as: Float.self))
        // y = 4x², so 8x; and 2h.
        #expect(dx == [24, -8] && dh == [12, -4])
    }

    @Test func valueReadWhileCompilingIsAnError() throws {
        let known = Tensor([1] as [Float])
        try Tensor.evaluate([known])
        let step = compile { inputs in
            _ = try (inputs[0] + known).scalars(as: Float.self)
            return inputs
        }
        let error = #expect(throws: IbexError.self) { try step(known) }
        #expect(error?.kind == .state)
        #expect(error?.found.contains("being compiled") == true)
    }

    @Test func tensorOfAnotherDeviceIsRefusedWithBothNames() throws {
        let devices = DeviceRegistry.shared.devices
        guard devices.count > 1 else { return }
        let a = withDevice(devices[0]) { Tensor([1] as [Float]) }
        let b = withDevice(devices[1]) { Tensor([1] as [Float]) }
        #expect(throws: IbexError.self) { try Tensor.commonDevice([a, b], Ops.Matmul()) }
        let sums = (try a + a.to(devices[0]), try b + a.to(devices[1]))
        let found12 = try sums.0.scalars(as: Float.self)
        #expect(found12 == [2])
        let found13 = try sums.1.scalars(as: Float.self)
        #expect(found13 == [2])
    }

    /// Expected texts were printed by NumPy 2.4.
    @Test func printsLikeNumPy() {
        #expect(Tensor([1, 2.5, 3] as [Double]).description == "[1.  2.5 3. ]")
        #expect(Tensor([1e-3, 5] as [Double]).description == "[1.e-03 5.e+00]")
        #expect(Tensor([123456.789, 0.5]).description == "[1.23456789e+05 5.00000000e-01]")
        #expect(Tensor([1 / 3, 2 / 3] as [Float]).description == "[0.33333334 0.6666667 ]")
        #expect(Tensor([Float.nan, 1.5]).description == "[nan 1.5]")
        #expect(Tensor(3.5 as Float).description == "3.5")
        #expect(Tensor([Int64.max]).description.hasPrefix("[92233720368547758"))
        let cube = Tensor(shape: [2, 2, 2], scalars: (1...8).map { Int32($0) })
        #expect(cube.description == "[[[1 2]\n  [3 4]]\n\n [[5 6]\n  [7 8]]]")
        #expect(Tensor([[1, 2], [3, 4]] as [[Float]]).description == "[[1. 2.]\n [3. 4.]]")
        #expect(Tensor([1.5, -2.25] as [Float]).description == "[ 1.5  -2.25]")
        #expect(Tensor([true, false]).description == "[ True False]")
        #expect(Tensor(shape: [0], scalars: [] as [Float]).description == "[] (float32(0,))")
        #expect(Tensor((0..<2000).map { Int32($0) }).description == "[   0    1    2 ... 1997 1998 1999]")
        let literal: Tensor = [[1, 2.5], [3, 4]]
        #expect(literal.dtype == .float32 && literal.shape == [2, 2])
    }
}
