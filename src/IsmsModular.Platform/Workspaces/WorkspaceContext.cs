using System.Text.RegularExpressions;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;

namespace IsmsModular.Platform.Workspaces;

/// <summary>A client organisation, held apart from all others. Lives in the system file; its records in a file of its own.</summary>
public sealed partial class Workspace : Document
{
    /// <summary>Name of the organisation.</summary>
    public required string Name { get; set; }

    /// <summary>Part of the address: 2 to 40 of a-z, 0-9 and hyphen; never changes.</summary>
    public required string Slug { get; init; }

    /// <summary>IANA time zone, such as <c>Asia/Kuala_Lumpur</c>: decides what is overdue.</summary>
    public string TimeZone { get; set; } = "Asia/Kuala_Lumpur";

    /// <summary>ISO 4217 code, such as <c>MYR</c>.</summary>
    public string Currency { get; set; } = "MYR";

    /// <summary>Language for who chose none: <c>en</c> or <c>ms</c>.</summary>
    public string Language { get; set; } = "en";

    /// <summary>Key of the control catalogue, such as <c>iso27001-2022-annex-a</c>.</summary>
    public string Catalogue { get; set; } = "iso27001-2022-annex-a";

    /// <summary>Key of the methodology that new exercises take.</summary>
    public string Methodology { get; set; } = "matrix";

    /// <summary>Version of that methodology; <c>null</c> for the newest.</summary>
    public string? MethodologyVersion { get; set; }

    /// <summary>Parameters of the methodology as JSON; <c>null</c> for its defaults.</summary>
    public System.Text.Json.Nodes.JsonObject? MethodologyParameters { get; set; }

    /// <summary>Ids of plugins that are not offered here, though they are in use in the program. What is stored keeps working.</summary>
    public List<string> WithheldPlugins { get; set; } = [];

    /// <summary>When it was archived (read only from then on), or <c>null</c>.</summary>
    public DateTimeOffset? ArchivedAt { get; set; }

    /// <summary>Whether a text can be a slug.</summary>
    public static bool IsSlug(string? text) => text is not null && Slugs().IsMatch(text);

    /// <summary>Whether a text is a time zone that this machine knows.</summary>
    public static bool IsTimeZone(string? text) => text is not null && TimeZoneInfo.TryFindSystemTimeZoneById(text, out _);

    /// <summary>Whether a text has the form of a currency's code.</summary>
    public static bool IsCurrency(string? text) => text is { Length: 3 } && text.All(char.IsAsciiLetterUpper);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]\\z")]
    private static partial Regex Slugs();
}

/// <summary>An account's roles in a workspace.</summary>
public sealed class Membership : Document
{
    /// <summary>Account.</summary>
    public required string AccountId { get; init; }

    /// <summary>Workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>Person of the workspace that the account stands for, or <c>null</c>.</summary>
    public string? PersonId { get; set; }

    /// <summary>Roles.</summary>
    public List<Role> Roles { get; set; } = [];

    /// <summary>Last day (in the workspace's time zone) on which it holds, or <c>null</c> for no end.</summary>
    public DateOnly? Until { get; set; }
}

/// <summary>Who is signed in. Scoped.</summary>
public interface ICurrentUser
{
    /// <summary>Account id; <c>null</c> when nobody is signed in; <c>console</c> on the command line.</summary>
    string? AccountId { get; }

    /// <summary>Name for the log.</summary>
    string Name { get; }

    /// <summary>Whether the account administers the system. Gives no right in a workspace.</summary>
    bool IsSystemAdministrator { get; }

    /// <summary>Actor for the log.</summary>
    Actor Actor { get; }
}

/// <summary>The workspace of this request, with the caller's rights in it. Scoped; filled by the host from the address <c>/w/{slug}</c> (or by the command line) before any page or handler runs.</summary>
public sealed class WorkspaceContext(IStoreDirectory stores, TimeProvider time)
{
    private Workspace? workspace;
    private Actor? actor;
    private HashSet<Role> roles = [];

    /// <summary>Whether the request is inside a workspace.</summary>
    public bool IsSet => workspace is not null;

    /// <summary>The workspace.</summary>
    public Workspace Workspace => workspace ?? throw new InvalidOperationException("No workspace in this request.");

    /// <summary>The caller's person in this workspace, or <c>null</c>.</summary>
    public string? PersonId { get; private set; }

    /// <summary>The caller's roles.</summary>
    public IReadOnlySet<Role> Roles => roles;

    /// <summary>The command line may do everything but decide for somebody.</summary>
    public bool IsConsole { get; private set; }

    /// <summary>Who acts.</summary>
    public Actor Actor => actor ?? throw new InvalidOperationException("No workspace in this request.");

    /// <summary>Today in the workspace's time zone.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Now.DateTime);

    /// <summary>Now in the workspace's time zone.</summary>
    public DateTimeOffset Now => InZone(time.GetUtcNow());

    /// <summary>Day of a moment in the workspace's time zone.</summary>
    public DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(InZone(moment).DateTime);

    private DateTimeOffset InZone(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, TimeZoneInfo.FindSystemTimeZoneById(Workspace.TimeZone));

    /// <summary>Enters a workspace. Called by the host only.</summary>
    public void Enter(Workspace entered, Actor by, IEnumerable<Role> heldRoles, string? personId, bool console = false)
    {
        workspace = entered;
        actor = by;
        roles = [.. heldRoles];
        PersonId = personId;
        IsConsole = console;
    }

    /// <summary>Whether the caller may do it. In an archived workspace only reading.</summary>
    public bool May(Area area, Verb verb) =>
        (verb == Verb.Read || Workspace.ArchivedAt is null)
        && (IsConsole ? verb is not (Verb.Approve or Verb.Accept) : RightsTable.Allows(roles, area, verb));

    /// <summary>Whether the caller may edit in general, or owns the row and may edit own rows.</summary>
    public bool MayEdit(Area area, params string?[] ownerPersonIds) =>
        May(area, Verb.Edit) || (May(area, Verb.OwnRows) && PersonId is not null && ownerPersonIds.Contains(PersonId));

    /// <summary>A unit of work on the workspace's file.</summary>
    public IDocumentSession OpenSession() => stores.Workspace(Workspace.Id).OpenSession(Actor);

    /// <summary>Address of a page of this workspace: <c>Url("risks/assets/detail", ("id", asset.Id))</c> gives <c>/w/acme/risks/assets/detail?id=…</c>. The only way links are made.</summary>
    public string Url(string path, params (string Key, string? Value)[] query)
    {
        var url = $"/w/{Workspace.Slug}" + (path.Length == 0 ? "" : "/" + path.TrimStart('/'));
        var pairs = query.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value!)}").ToArray();
        return pairs.Length == 0 ? url : url + "?" + string.Join('&', pairs);
    }
}
