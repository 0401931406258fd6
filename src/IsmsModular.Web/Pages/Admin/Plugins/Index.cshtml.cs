using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin.Plugins;

/// <summary>What extends the program: every plugin with its state and reason.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class Index(IPluginCatalog catalog, IMediator mediator, IWords words) : PageModel
{
    private static readonly string[] Kinds = ["methodology", "catalogue", "report-format"];

    /// <summary>State of the list.</summary>
    public ListState List { get; private set; } = null!;

    /// <summary>Every version found; after a check as it was found then.</summary>
    public IReadOnlyList<PluginStatus> Plugins { get; private set; } = catalog.Plugins;

    /// <summary>Whether every file was just compared.</summary>
    public bool IsVerified { get; private set; }

    /// <summary>Versions that are not as in their manifests, or cannot be used.</summary>
    public int Wrong => Plugins.Count(p => p.State is not (PluginState.Active or PluginState.Disabled));

    /// <summary>Filters.</summary>
    public IReadOnlyList<ListFilter> Filters =>
    [
        new("kind", words["plugins.kind"], [.. Kinds.Select(k => new Choice(k, words["plugins.kind." + k]))]),
        new("state", words["plugins.state"], [.. Plugins.Select(p => p.State).Distinct().Order().Select(s => new Choice(EnumChoice.Value(s), words.Of(s)))]),
        new("origin", words["plugins.origin"], [.. Plugins.Select(p => p.Origin.State).Distinct().Order().Select(s => new Choice(EnumChoice.Value(s), words.Of(s)))]),
    ];

    /// <summary>Those to show. As long as nothing else is asked, what needs attention comes first.</summary>
    public IReadOnlyList<PluginStatus> Shown
    {
        get
        {
            var found = Plugins.Where(p => List.Text is not { } text || new[] { p.Name, p.Id, p.Source ?? "" }.Any(t => t.Contains(text, StringComparison.OrdinalIgnoreCase)))
                .Where(p => Is("kind", p.Kind) && Is("state", EnumChoice.Value(p.State)) && Is("origin", EnumChoice.Value(p.Origin.State)));
            var sorted = List.Sort.TrimStart('-') switch
            {
                "name" => found.OrderBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase),
                "kind" => found.OrderBy(p => p.Kind, StringComparer.Ordinal).ThenBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase),
                _ => found.OrderBy(p => p.State == PluginState.Active).ThenBy(p => p.Origin.State == SignatureState.Shipped).ThenBy(p => p.Kind, StringComparer.Ordinal).ThenBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase),
            };
            return List.Sort.StartsWith('-') ? [.. sorted.Reverse()] : [.. sorted];
        }
    }

    /// <summary>Lists, or gives the list as a file.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        ReadState();
        if (ListExport.Wanted(Request) is not { } format)
            return Page();
        IReadOnlyList<ExportColumn<PluginStatus>> columns =
        [
            new(words["plugins.plugin"], p => p.Name), new(words["plugins.id.only"], p => p.Id), new(words["plugins.version"], p => p.Version), new(words["plugins.kind"], p => KindOf(p)),
            new(words["plugins.state"], p => words.Of(p.State)), new(words["plugins.reason"], p => p.Reason is null ? null : words.Of(p.Reason)), new(words["plugins.origin"], p => p.Origin.KeyName ?? words.Of(p.Origin.State)),
            new(words["plugins.source"], p => p.Source), new(words["plugins.licence"], p => p.Licence),
        ];
        return await ListExport.FileAsync(format, "plugins", columns, Shown.ToAsyncEnumerable(), cancellationToken);
    }

    /// <summary>Compares every file with its manifest.</summary>
    public async Task<IActionResult> OnPostVerifyAsync(CancellationToken cancellationToken)
    {
        ReadState();
        Plugins = (await mediator.Send(new Verify(), cancellationToken)).Value;
        IsVerified = true;
        return Page();
    }

    /// <summary>Kind in words.</summary>
    public string KindOf(PluginStatus plugin) => Kinds.Contains(plugin.Kind) ? words["plugins.kind." + plugin.Kind] : plugin.Kind;

    private void ReadState() => List = ListState.From(Request, "attention", ["kind", "state", "origin"], ["attention", "name", "kind"]);

    private bool Is(string field, string value) => !List.Filters.TryGetValue(field, out var wanted) || wanted == value;

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
