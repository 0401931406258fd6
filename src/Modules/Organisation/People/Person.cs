using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;

namespace IsmsModular.Organisation.People;

/// <summary>Somebody with a part in the ISMS, inside one workspace. Owners are persons; an account may stand for one.</summary>
internal sealed class Person : Document
{
    public static DocumentMap<Person> Map { get; } = new DocumentMap<Person>("organisation_people")
        .Text("ref", p => p.Reference)
        .Text("name", p => p.Name)
        .Text("unit", p => p.Unit)
        .Text("email", p => p.Email)
        .Field("state", p => p.LeftOn is null ? "active" : "left")
        .Field("role", p => p.Roles.Select(r => FieldValue.Normalise(r)!.ToString()!))
        .Unique("key", p => Key(p.Name));

    /// <summary>PERS-0001.</summary>
    public string Reference { get; set; } = "";

    /// <summary>Name, or the title of the post ("Head of ICT"). Unique in the workspace, without regard to case.</summary>
    public required string Name { get; set; }

    /// <summary>Department or firm.</summary>
    public string? Unit { get; set; }

    public string? Email { get; set; }

    /// <summary>ISMS roles held; rights follow the membership, which is given these roles at first.</summary>
    public List<Role> Roles { get; set; } = [];

    /// <summary>Deputy who may decide on behalf, or null.</summary>
    public string? DeputyId { get; set; }

    /// <summary>Day on which the person left; records owned go to a queue.</summary>
    public DateOnly? LeftOn { get; set; }

    public string? Note { get; set; }

    public static string Key(string name) => name.Trim().Normalize().ToUpperInvariant();
}
