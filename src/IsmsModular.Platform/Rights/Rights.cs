namespace IsmsModular.Platform.Rights;

/// <summary>What a right is about.</summary>
public enum Area
{
    /// <summary>Dashboard, inbox, search: whoever is a member.</summary>
    Home,
    /// <summary>Assets, groups and their valuation.</summary>
    Assets,
    /// <summary>Exercises, criteria, scales.</summary>
    Exercises,
    /// <summary>The workspace's own methodologies, and the check of all assessments.</summary>
    Methodologies,
    /// <summary>Risks and their treatment decisions.</summary>
    Risks,
    /// <summary>Control implementations.</summary>
    Controls,
    /// <summary>Statement of applicability.</summary>
    Soa,
    /// <summary>Risk treatment plan and its tasks.</summary>
    Plan,
    /// <summary>People and their roles.</summary>
    People,
    /// <summary>Settings of the workspace.</summary>
    Workspace,
    /// <summary>Activity log.</summary>
    ActivityLog,
    /// <summary>Reports and exports.</summary>
    Reports,
    /// <summary>Accounts, workspaces, plugins, backups: the system itself.</summary>
    System,
}

/// <summary>What may be done.</summary>
public enum Verb
{
    /// <summary>Look.</summary>
    Read,
    /// <summary>Add and change.</summary>
    Edit,
    /// <summary>Change rows that the person owns or is responsible for.</summary>
    OwnRows,
    /// <summary>Submit for approval.</summary>
    Submit,
    /// <summary>Approve as management.</summary>
    Approve,
    /// <summary>Accept residual risk as its owner.</summary>
    Accept,
    /// <summary>Settings and memberships.</summary>
    Administer,
}

/// <summary>ISMS roles in a workspace (guideline 4.5, Appendix C).</summary>
public enum Role
{
    /// <summary>Top management.</summary>
    TopManagement,
    /// <summary>Steering committee.</summary>
    SteeringCommittee,
    /// <summary>Chief information security officer.</summary>
    Ciso,
    /// <summary>Chief risk officer.</summary>
    ChiefRiskOfficer,
    /// <summary>Lead team: ISMS officer, risk analyst.</summary>
    LeadTeam,
    /// <summary>Implementation team.</summary>
    ImplementationTeam,
    /// <summary>Accountable for assets.</summary>
    AssetOwner,
    /// <summary>Accountable for risks, with authority to treat them (ISO 31000).</summary>
    RiskOwner,
    /// <summary>Keeps assets for their owner.</summary>
    Custodian,
    /// <summary>Internal auditor.</summary>
    InternalAuditor,
    /// <summary>Hired auditor, certification body or customer: reads until a date.</summary>
    ExternalReader,
    /// <summary>Consultant.</summary>
    Consultant,
    /// <summary>Employee.</summary>
    Employee,
    /// <summary>Administers the workspace: people, memberships, settings.</summary>
    WorkspaceAdministrator,
}

/// <summary>The one table of rights. <c>docs/user-guide.md</c> shows the same table and a test compares them.</summary>
public static class RightsTable
{
    private static readonly Area[] Registers = [Area.Assets, Area.Exercises, Area.Risks, Area.Controls, Area.Soa, Area.Plan];

    private static readonly Dictionary<Role, HashSet<(Area, Verb)>> Table = Build();

    /// <summary>Whether one of the roles may do it.</summary>
    public static bool Allows(IEnumerable<Role> roles, Area area, Verb verb) => roles.Any(r => Table[r].Contains((area, verb)));

    /// <summary>Everything a role may do.</summary>
    public static IReadOnlySet<(Area Area, Verb Verb)> Of(Role role) => Table[role];

    private static Dictionary<Role, HashSet<(Area, Verb)>> Build()
    {
        var table = Enum.GetValues<Role>().ToDictionary(r => r, _ => new HashSet<(Area, Verb)> { (Area.Home, Verb.Read) });
        void Give(Role role, Verb verb, params Area[] areas) => table[role].UnionWith(areas.Select(a => (a, verb)));

        Role[] readers = [.. Enum.GetValues<Role>().Except([Role.Employee, Role.WorkspaceAdministrator])];
        foreach (var role in readers)
            Give(role, Verb.Read, [.. Registers, Area.Methodologies, Area.People, Area.Reports]);

        Role[] editors = [Role.Ciso, Role.LeadTeam, Role.Consultant, Role.ChiefRiskOfficer];
        foreach (var role in editors)
        {
            Give(role, Verb.Edit, [.. Registers, Area.People]);
            Give(role, Verb.Submit, Area.Exercises, Area.Soa, Area.Plan, Area.Risks);
            Give(role, Verb.Read, Area.ActivityLog, Area.Workspace);
        }

        Give(Role.ImplementationTeam, Verb.Edit, Area.Assets, Area.Controls);
        Give(Role.ImplementationTeam, Verb.OwnRows, Area.Plan);
        Give(Role.AssetOwner, Verb.OwnRows, Area.Assets, Area.Plan);
        Give(Role.Custodian, Verb.OwnRows, Area.Assets, Area.Plan);
        Give(Role.RiskOwner, Verb.OwnRows, Area.Risks, Area.Plan, Area.Controls);
        Give(Role.RiskOwner, Verb.Accept, Area.Risks, Area.Plan);
        Give(Role.TopManagement, Verb.Approve, Area.Exercises, Area.Soa, Area.Plan, Area.Risks);
        Give(Role.TopManagement, Verb.OwnRows, Area.Plan);
        Give(Role.TopManagement, Verb.Accept, Area.Risks);
        Give(Role.TopManagement, Verb.Read, Area.ActivityLog);
        Give(Role.InternalAuditor, Verb.Read, Area.ActivityLog);
        Give(Role.Ciso, Verb.Administer, Area.Workspace);
        foreach (var role in (Role[])[Role.Ciso, Role.ChiefRiskOfficer, Role.Consultant, Role.WorkspaceAdministrator])
            Give(role, Verb.Administer, Area.Methodologies);
        Give(Role.WorkspaceAdministrator, Verb.Read, Area.People, Area.Workspace, Area.ActivityLog, Area.Methodologies);
        Give(Role.WorkspaceAdministrator, Verb.Edit, Area.People);
        Give(Role.WorkspaceAdministrator, Verb.Administer, Area.Workspace);
        return table;
    }
}

/// <summary>Right that a page needs to be opened. Without it (and without <c>[AllowAnonymous]</c> or <see cref="SignedInAttribute"/>) the architecture tests fail.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AccessAttribute(Area area, Verb verb = Verb.Read) : Attribute
{
    /// <summary>What it is about.</summary>
    public Area Area { get; } = area;

    /// <summary>What is done.</summary>
    public Verb Verb { get; } = verb;
}

/// <summary>A page for any account that is signed in (own profile, list of own workspaces).</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SignedInAttribute : Attribute;

/// <summary>Right that a command needs; any of several attributes suffices. <see cref="Verb.OwnRows"/> and <see cref="Verb.Accept"/> are checked further in the handler against the row's owner. Checked before validation.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class RequiresAttribute(Area area, Verb verb) : Attribute
{
    /// <summary>What it is about.</summary>
    public Area Area { get; } = area;

    /// <summary>What is done.</summary>
    public Verb Verb { get; } = verb;
}
