using System.Text.Json.Serialization;
using IsmsModular.Platform.Store;

namespace IsmsModular.Web.Accounts;

/// <summary>Somebody who can sign in. Lives in the system file; gets rights by memberships of workspaces.</summary>
internal sealed class Account : Document
{
    public static DocumentMap<Account> Map { get; } = new DocumentMap<Account>("system_accounts")
        .Unique("key", a => Key(a.UserName))
        .Text("name", a => a.Name)
        .Text("user", a => a.UserName)
        .Field("state", a => a.State)
        .Field("administrator", a => a.IsSystemAdministrator)
        .Field("invitation", a => a.InvitationHash)
        .Secret("passwordHash")
        .Secret("securityStamp")
        .Secret("invitationHash")
        .Secret("accessFailedCount");

    /// <summary>What is typed at sign-in: an e-mail address or a short name. Unique without regard to case.</summary>
    public required string UserName { get; set; }

    /// <summary>Name shown to others.</summary>
    public required string Name { get; set; }

    public string? PasswordHash { get; set; }

    /// <summary>Sessions carry it; a new one ends them.</summary>
    public string SecurityStamp { get; set; } = NewId();

    public int AccessFailedCount { get; set; }

    public DateTimeOffset? LockedUntil { get; set; }

    public bool IsSystemAdministrator { get; set; }

    /// <summary>Own language, or null for the workspace's.</summary>
    public string? Language { get; set; }

    public DateTimeOffset? DeactivatedAt { get; set; }

    /// <summary>SHA-256 of the token of the open invitation.</summary>
    public string? InvitationHash { get; set; }

    public DateTimeOffset? InvitationUntil { get; set; }

    public DateTimeOffset? LastSignInAt { get; set; }

    /// <summary>What the log calls the next save that Identity makes.</summary>
    [JsonIgnore]
    public string Action { get; set; } = "account.edit";

    public AccountState State => DeactivatedAt is not null ? AccountState.Deactivated : PasswordHash is null ? AccountState.Invited : AccountState.Active;

    public static string Key(string userName) => userName.Trim().Normalize().ToUpperInvariant();
}

/// <summary>Where an account stands.</summary>
public enum AccountState
{
    /// <summary>Has not chosen a password yet.</summary>
    Invited,

    /// <summary>Can sign in.</summary>
    Active,

    /// <summary>Can not.</summary>
    Deactivated,
}
