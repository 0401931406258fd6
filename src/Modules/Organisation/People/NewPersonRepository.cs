using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Store;

namespace IsmsModular.Organisation.People;

internal sealed class NewPersonRepository : INewPeople
{
    public string Add(IDocumentSession session, string name, string reason)
    {
        var person = new Person { Name = name };
        session.Next("PERS", n => person.Reference = $"PERS-{n:0000}");
        session.Add(person, "person.add", reason);
        return person.Id;
    }
}
