import Testing

@testable import IbexPictures

@Suite struct TicksTests {
    private func labels(_ low: Double, _ high: Double, _ count: Int, whole: Bool = false) -> [String] {
        Ticks.along(Scale(.linear, low, high), count: count, wholeNumbers: whole).labels
    }

    @Test func stepsAreOneTwoFive() {
        #expect(labels(0, 1, 5) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(labels(0, 1, 4) == ["0.0", "0.5", "1.0"])
        #expect(labels(0.13, 0.19, 6) == ["0.13", "0.14", "0.15", "0.16", "0.17", "0.18", "0.19"])
        #expect(labels(-0.1, 0.1, 4) == ["-0.10", "-0.05", "0.00", "0.05", "0.10"])
        #expect(labels(0, 9, 3) == ["0", "5"])
    }

    @Test func wholeNumbersStayWhole() {
        #expect(labels(0.9, 3.1, 8, whole: true) == ["1", "2", "3"])
        #expect(labels(1, 1000, 5, whole: true) == ["200", "400", "600", "800", "1000"])
    }

    @Test func exponentsForWhatIsLong() {
        #expect(labels(0, 3e-5, 3) == ["0", "1e-5", "2e-5", "3e-5"])
        #expect(labels(0, 1.5e7, 3) == ["0", "0.5e7", "1.0e7", "1.5e7"])
        #expect(labels(1e300, 2e300, 2) == ["1.0e300", "1.5e300", "2.0e300"])
        #expect(labels(0, 2e-300, 2) == ["0", "1e-300", "2e-300"])
    }

    @Test func decades() {
        let wide = Ticks.along(Scale(.logarithmic, 0.9e-5, 1.2), count: 6)
        #expect(wide.labels == ["1e-5", "1e-4", "0.001", "0.01", "0.1", "1"])
        let narrow = Ticks.along(Scale(.logarithmic, 0.9, 22), count: 6)
        #expect(narrow.labels == ["1", "2", "5", "10", "20"])
        let within = Ticks.along(Scale(.logarithmic, 1.2, 1.8), count: 3)
        #expect(within.labels == ["1.2", "1.4", "1.6", "1.8"])
    }

    @Test func namesAreShort() {
        let names = [0, 0.25, 0.1756, 12.3456, 123_456, 1e6, -2.5e-7, 1, .nan, -.infinity].map(Ticks.name)
        #expect(names == ["0", "0.25", "0.1756", "12.35", "123456", "1e6", "-2.5e-7", "1", "NaN", "-inf"])
    }

    @Test func rangesHoldTheirValues() {
        for values in [[0.2, 0.4], [5, 5], [0, 0], [-1e300, 1e300], [1e-3, 10], [1e-300, 1]] {
            let scale = Scale(covering: values, .automatic)
            #expect(values.allSatisfy { (0...1).contains(scale.position($0)) }, "\(values)")
            #expect(!Ticks.along(scale, count: 5).values.isEmpty, "\(values)")
        }
        #expect(Scale(covering: [1e-3, 10], .automatic).kind == .logarithmic)
        #expect(Scale(covering: [1e-3, 10], .linear).kind == .linear)
        #expect(Scale(covering: [0, 10], .logarithmic).kind == .linear)
        #expect(Scale(covering: [.nan, .infinity], .automatic) == Scale(.linear, -0.04 + 0.04, 1.04))
    }
}
