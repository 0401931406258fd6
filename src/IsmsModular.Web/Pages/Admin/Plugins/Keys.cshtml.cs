using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin.Plugins;

/// <summary>Keys whose signatures are believed, and whether every plugin needs one.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class Keys(IPluginCatalog catalog, IPluginAdministration plugins, IMediator mediator) : PageModel
{
    /// <summary>The key that is added.</summary>
    [BindProperty]
    public TrustKey Input { get; set; } = new();

    /// <summary>Keys by name.</summary>
    public IReadOnlyList<TrustedKey> Trusted { get; private set; } = [];

    /// <summary>What is demanded.</summary>
    public bool OnlySigned { get; private set; }

    /// <summary>Plugins in use that would not be used any more if signatures were demanded.</summary>
    public IReadOnlyList<PluginStatus> WouldStop => [.. catalog.Plugins.Where(p => p is { State: PluginState.Active, Origin.State: SignatureState.Unsigned or SignatureState.UnknownKey })];

    /// <summary>Plugins here that a key signed.</summary>
    public string SignedBy(TrustedKey key) => Named(catalog.Plugins.Where(p => p.Origin.Fingerprint == key.Fingerprint));

    private static string Named(IEnumerable<PluginStatus> plugins) => string.Join(", ", plugins.Select(p => $"{p.Name} {p.Version}"));

    /// <summary>Lists.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        (Trusted, var policy) = await plugins.TrustAsync(cancellationToken);
        OnlySigned = policy.OnlySigned;
    }

    /// <summary>Trusts a key.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => await EndAsync(await mediator.Send(Input, cancellationToken), "plugins.key.added", cancellationToken);

    /// <summary>Trusts a key no longer.</summary>
    public async Task<IActionResult> OnPostForgetAsync(string? id, CancellationToken cancellationToken)
    {
        var forgotten = await mediator.Send(new ForgetKey(id ?? ""), cancellationToken);
        return forgotten is { Succeeded: true, Value.Count: > 0 } ? this.Done("/admin/plugins/keys", "plugins.key.removed.signed", Named(forgotten.Value)) : await EndAsync(forgotten, "plugins.key.removed", cancellationToken);
    }

    /// <summary>Demands signatures, or not.</summary>
    public async Task<IActionResult> OnPostDemandAsync(bool only, CancellationToken cancellationToken) => await EndAsync(await mediator.Send(new Demand(only), cancellationToken), only ? "plugins.onlysigned.now" : "plugins.onlysigned.nolonger", cancellationToken);

    private async Task<IActionResult> EndAsync<T>(Result<T> result, string flash, CancellationToken cancellationToken)
    {
        if (result.Succeeded)
            return this.Done("/admin/plugins/keys", flash);
        await OnGetAsync(cancellationToken);
        return this.Refused(result);
    }

    /// <summary>Trusts a key.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed class TrustKey : ICommand<TrustedKey>
    {
        /// <summary>Whose key.</summary>
        public string? Name { get; set; }

        /// <summary>Public key as PEM.</summary>
        public string? PublicKey { get; set; }
    }

    /// <summary>Trusts a key no longer.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed record ForgetKey(string Id) : ICommand<IReadOnlyList<PluginStatus>>;

    /// <summary>Demands signatures by trusted keys, or not.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed record Demand(bool OnlySigned) : ICommand<Done>;

    internal sealed class Handler(IPluginAdministration plugins, ICurrentUser user) : ICommandHandler<TrustKey, TrustedKey>, ICommandHandler<ForgetKey, IReadOnlyList<PluginStatus>>, ICommandHandler<Demand, Done>
    {
        public Task<Result<TrustedKey>> Handle(TrustKey command, CancellationToken cancellationToken) => plugins.TrustKeyAsync(user.Actor, command.Name, command.PublicKey, cancellationToken);

        public Task<Result<IReadOnlyList<PluginStatus>>> Handle(ForgetKey command, CancellationToken cancellationToken) => plugins.ForgetKeyAsync(user.Actor, command.Id, cancellationToken);

        public Task<Result<Done>> Handle(Demand command, CancellationToken cancellationToken) => plugins.DemandSignaturesAsync(user.Actor, command.OnlySigned, cancellationToken);
    }
}
