import Testing

@testable import IbexModels

/// Strides by hand: 17 ms over the time of a step, at most twice the one before.
@Suite struct PaceTests {
    @Test func slowStepsAreWaitedForOneByOne() {
        var pace = Pace()
        for step in 1...5 {
            pace.arrived(step, at: 0.02 * Double(step))
            #expect(pace.stride == 1)
        }
    }

    @Test func quickStepsAreTakenTogether() {
        var pace = Pace()
        var steps = 0
        let strides = (0..<9).map { _ in
            steps += pace.stride
            pace.arrived(steps, at: 0.00021 * Double(steps))
            return pace.stride
        }
        #expect(strides == [1, 2, 4, 8, 16, 32, 64, 80, 80])
    }

    /// The host was away for a second: three places that are seen at once say nothing of the steps.
    @Test func whatIsSeenLateHardlyCounts() {
        var pace = Pace()
        for step in 1...3 { pace.arrived(step, at: 0.02 * Double(step)) }
        for step in 4...6 { pace.arrived(step, at: 1 + 1e-7 * Double(step)) }
        #expect(pace.stride == 4)
        pace.arrived(10, at: 1.08)
        #expect(pace.stride == 1)
    }

    @Test func aPassGoesOnAsTheLastOneEnded() {
        var pace = Pace()
        for step in 1...4 { pace.arrived(step, at: 0.001 * Double(step)) }
        pace.begin()
        #expect(pace.stride == 8 && !pace.isDue(7, after: nil) && pace.isDue(8, after: nil))
        #expect(!pace.isDue(15, after: 8) && pace.isDue(16, after: 8))
    }
}
