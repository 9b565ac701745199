import ArgumentParser
import Testing

@testable import IbexCommand

@Suite struct TuneCommandTests {
    @Test func readsSizes() throws {
        #expect(try TuneCommand.sizes("128x784x10") == [128, 784, 10])
    }

    @Test(arguments: ["", "128", "128x784", "128x784x10x2", "axbxc", "128x0x10", "1x2x-3", "1x2x3x"])
    func refusesOtherText(text: String) {
        #expect(throws: ValidationError.self) { try TuneCommand.sizes(text) }
    }
}
