import IbexModels
import Testing

/// Expects a configuration to be Keras's key for key, down into wrapped objects; 1 and 1.0 are the same.
func expectSame(
    _ got: Config, _ want: Config, _ place: String, location: SourceLocation = #_sourceLocation
) {
    #expect(Set(got.keys) == Set(want.keys), "\(place)", sourceLocation: location)
    for (key, value) in want {
        let held = got[key] ?? .null
        if let inner = value.object {
            expectSame(held.object ?? [:], inner, "\(place), \(key)", location: location)
        } else {
            let isSame = held == value || held.double == value.double && value.double != nil
            #expect(isSame, "\(place), \(key): \(held), expected \(value)", sourceLocation: location)
        }
    }
}
