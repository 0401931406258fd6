using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.InWorkspace;

/// <summary>Which methodologies, catalogues and formats of the plugins in use can be chosen in this workspace.</summary>
[Access(Area.Workspace)]
public sealed class Offers(IMediator mediator, WorkspaceContext workspace) : PageModel
{
    /// <summary>What is ticked.</summary>
    [BindProperty]
    public Command Input { get; set; } = new();

    /// <summary>Plugins by what they are.</summary>
    public IReadOnlyList<Row> Rows { get; private set; } = [];

    /// <summary>Whether the reader may change it.</summary>
    public bool MayChange => workspace.May(Area.Workspace, Verb.Administer);

    /// <summary>Lists.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        Input = new() { Seen = workspace.Workspace.Version, Offered = [.. Rows.Where(r => r.IsOffered).Select(r => r.Id)] };
    }

    /// <summary>Saves the choice.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(workspace.Url("offers"), "common.saved");
        await LoadAsync(cancellationToken);
        return this.Refused(result);
    }

    private async Task LoadAsync(CancellationToken cancellationToken) => Rows = await mediator.Send(new Query(), cancellationToken);

    /// <summary>Plugins with what they offer and where they are used here.</summary>
    public sealed record Query : IQuery<IReadOnlyList<Row>>;

    /// <summary>One plugin.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Kind"><c>methodology</c>, <c>catalogue</c> or <c>format</c>.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="What">What it offers, in words.</param>
    /// <param name="IsOffered">Whether it can be chosen here now.</param>
    /// <param name="Uses">Where it is used here: then it cannot be withheld.</param>
    public sealed record Row(string Id, string Kind, string Name, IReadOnlyList<string> What, bool IsOffered, IReadOnlyList<PluginUses> Uses);

    /// <summary>The choice.</summary>
    [Requires(Area.Workspace, Verb.Administer)]
    public sealed class Command : ICommand<Done>
    {
        /// <summary>Ids of the plugins that the form showed; others keep their state.</summary>
        public List<string> Shown { get; set; } = [];

        /// <summary>Ids that are ticked.</summary>
        public List<string> Offered { get; set; } = [];

        /// <summary>Version of the workspace seen.</summary>
        public long Seen { get; set; }
    }

    internal sealed class Handler(IStoreDirectory stores, SystemDirectory directory, WorkspaceContext workspace, IPluginCatalog plugins, PluginUseFinder uses, IWords words) : IQueryHandler<Query, IReadOnlyList<Row>>, ICommandHandler<Command, Done>
    {
        private static readonly string[] Kinds = ["methodology", "catalogue", "format"];

        public async Task<IReadOnlyList<Row>> Handle(Query request, CancellationToken cancellationToken)
        {
            var used = await UsedAsync(cancellationToken);
            return
            [
                .. plugins.Plugins.Where(p => p.State == PluginState.Active && p.Offers.Any(o => Kinds.Contains(o.Kind))).GroupBy(p => p.Id).Select(g => g.MaxBy(p => Version.Parse(p.Version.Split('-')[0]))!)
                    .Select(p => new Row(p.Id, Kinds.First(k => p.Offers.Any(o => o.Kind == k)), p.Name, [.. p.Offers.Select(Name).OfType<string>().Distinct()], !workspace.Workspace.WithheldPlugins.Contains(p.Id), used.GetValueOrDefault(p.Id) ?? []))
                    .OrderBy(r => Array.IndexOf(Kinds, r.Kind)).ThenBy(r => r.Name, StringComparer.CurrentCultureIgnoreCase),
            ];
        }

        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(workspace.Actor);
            if (await session.FindAsync<Workspace>(workspace.Workspace.Id, cancellationToken) is not { } w)
                return Error.NotFound();
            var withheld = request.Shown.Except(request.Offered).Distinct().ToList();
            if (withheld.Exists(id => !plugins.Plugins.Any(p => p.Id == id)))
                return Error.Invalid("validation.value");
            var used = await UsedAsync(cancellationToken);
            if (withheld.Find(used.ContainsKey) is { } needed)
                return Error.Invalid("offers.used", null, plugins.Plugins.First(p => p.Id == needed).Name, string.Join(", ", used[needed].Select(u => words[u.What, u.Count])));
            withheld.AddRange(w.WithheldPlugins.Except(request.Shown));
            if (plugins.Formats.All(f => withheld.Contains(f.PluginId)))
                return Error.Invalid("offers.noformat");
            w.WithheldPlugins = [.. withheld.Order(StringComparer.Ordinal)];
            session.Update(w, request.Seen, "workspace.offers");
            var saved = await directory.SaveAsync(session, cancellationToken);
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }

        private Task<IReadOnlyDictionary<string, IReadOnlyList<PluginUses>>> UsedAsync(CancellationToken cancellationToken) =>
            uses.ByPluginAsync(workspace.Workspace, use => plugins.OwnerOf(use.Kind, use.Key), cancellationToken);

        private string? Name(PluginOffer offer) => offer.Kind switch
        {
            "methodology" => plugins.Methodology(offer.Key) is { } method ? words.Of(method.Info.Name) : null,
            "catalogue" => plugins.Catalogue(offer.Key)?.Name,
            "format" => plugins.Formats.FirstOrDefault(f => f.Key == offer.Key)?.Name,
            _ => null,
        };
    }
}
