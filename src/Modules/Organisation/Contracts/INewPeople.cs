using IsmsModular.Platform.Store;

namespace IsmsModular.Organisation.Contracts;

/// <summary>Adds people on behalf of an import, within its own save. The caller checks the right to edit people.</summary>
public interface INewPeople
{
    /// <summary>Adds a person of this name to the unit of work.</summary>
    /// <param name="session">The unit of work that will be saved.</param>
    /// <param name="name">Name or post; the caller has made sure that it is not there yet.</param>
    /// <param name="reason">Reason for the log, such as the name of the file.</param>
    /// <returns>Id of the new person.</returns>
    string Add(IDocumentSession session, string name, string reason);
}
