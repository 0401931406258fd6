using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Web.Accounts;

/// <summary>Who acts in this scope: nobody at first; set by the session cookie, the command line, or a test.</summary>
internal sealed class CurrentUser : ICurrentUser
{
    public string? AccountId { get; private set; }

    public string Name => Actor.Name;

    public bool IsSystemAdministrator { get; private set; }

    public Actor Actor { get; private set; } = Actor.System;

    /// <summary>Language that the account chose, or null.</summary>
    public string? Language { get; private set; }

    public void Become(Account account)
    {
        AccountId = account.Id;
        Actor = new(account.Id, account.Name);
        IsSystemAdministrator = account.IsSystemAdministrator;
        Language = account.Language;
    }

    public void BecomeConsole()
    {
        Actor = Actor.Console;
        AccountId = Actor.Id;
        IsSystemAdministrator = true;
    }
}
