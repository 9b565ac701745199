import Foundation
import IbexGraph
import IbexModels
import IbexPictures

extension Report {
    func curves() throws -> HTML { .nothing }
    func confusion() throws -> HTML { .nothing }
    func mistakes() throws -> HTML { .nothing }
    func confidence() throws -> HTML { .nothing }
    func filters() throws -> HTML { .nothing }
    func graph() throws -> HTML { .nothing }
}
