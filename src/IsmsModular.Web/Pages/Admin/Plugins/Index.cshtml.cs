using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin.Plugins;

/// <summary>What extends the program: every plugin with its state and reason.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class Index(IPluginCatalog catalog, IMediator mediator) : PageModel
{
    /// <summary>Every version found; after a check as it was found then.</summary>
    public IReadOnlyList<PluginStatus> Plugins { get; private set; } = catalog.Plugins;

    /// <summary>Whether every file was just compared.</summary>
    public bool IsVerified { get; private set; }

    /// <summary>Kind that is shown alone, or <c>null</c>.</summary>
    public string? Kind { get; private set; }

    /// <summary>Those to show: what needs attention first.</summary>
    public IEnumerable<PluginStatus> Shown => Plugins
        .Where(p => Kind is null || p.Kind == Kind)
        .OrderBy(p => p.State == PluginState.Active).ThenBy(p => p.Kind, StringComparer.Ordinal).ThenBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Version, StringComparer.Ordinal);

    /// <summary>Lists.</summary>
    public void OnGet(string? kind = null) => Kind = Plugins.Any(p => p.Kind == kind) ? kind : null;

    /// <summary>Compares every file with its manifest.</summary>
    public async Task<IActionResult> OnPostVerifyAsync(CancellationToken cancellationToken)
    {
        Plugins = (await mediator.Send(new Verify(), cancellationToken)).Value;
        IsVerified = true;
        return Page();
    }

    /// <summary>Compares every file of every plugin with its manifest.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed class Verify : ICommand<IReadOnlyList<PluginStatus>>;

    internal sealed class Handler(IPluginAdministration plugins, IStoreDirectory stores, ICurrentUser user) : ICommandHandler<Verify, IReadOnlyList<PluginStatus>>
    {
        public async Task<Result<IReadOnlyList<PluginStatus>>> Handle(Verify command, CancellationToken cancellationToken)
        {
            var found = plugins.Verify();
            var session = stores.System.OpenSession(user.Actor);
            session.Log("plugin.verify", null, null, new() { ["plugins"] = found.Count, ["wrong"] = found.Count(p => p.State is not (PluginState.Active or PluginState.Disabled)) });
            await session.SaveAsync(cancellationToken);
            return Result(found);
        }

        private static Result<IReadOnlyList<PluginStatus>> Result(IReadOnlyList<PluginStatus> found) => found.ToList();
    }
}
