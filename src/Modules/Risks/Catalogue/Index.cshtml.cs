using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Catalogues;

/// <summary>The workspace's catalogue of controls as a tree, with where each control is used.</summary>
[Access(Area.Controls)]
public sealed class IndexModel(IMediator mediator) : PageModel
{
    internal Model View { get; private set; } = null!;

    public async Task OnGetAsync(string? q, CancellationToken cancellationToken) => View = await mediator.Send(new Query(q?.Trim() is { Length: > 0 } text ? text : null), cancellationToken);

    internal sealed record Query(string? Text) : IQuery<Model>;

    /// <param name="Text">Words searched for.</param>
    /// <param name="Trees">One tree a catalogue: the workspace's, then sector guides that extend it.</param>
    /// <param name="Risks">Risks by control key.</param>
    /// <param name="Implementations">Implementations by control key.</param>
    /// <param name="Missing">Key of the workspace's catalogue when no active plugin has it.</param>
    internal sealed record Model(string? Text, IReadOnlyList<Tree> Trees, IReadOnlyDictionary<string, long> Risks, IReadOnlyDictionary<string, long> Implementations, string? Missing);

    internal sealed record Tree(IsmsModular.Abstractions.Catalogues.Catalogue Catalogue, IReadOnlyList<Node> Roots, int Shown);

    internal sealed record Node(CatalogueItem Item, string Key, IReadOnlyList<Node> Children);

    internal sealed class Handler(WorkspaceContext ws, ControlDirectory controls, IWords words) : IQueryHandler<Query, Model>
    {
        public async Task<Model> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var risks = await session.GroupAsync<Risk>(Platform.Store.Query.All.WhereNot("state", RiskState.Dismissed), "controls");
            var implementations = await session.GroupAsync<ControlImplementation>(Platform.Store.Query.All.WhereNot("state", ImplementationState.Withdrawn), "control");
            cancellationToken.ThrowIfCancellationRequested();
            return new(request.Text, [.. controls.Catalogues.Select(c => Plant(c, request.Text))], Counts(risks), Counts(implementations), controls.Catalogue is null ? ws.Workspace.Catalogue : null);
        }

        private static Dictionary<string, long> Counts(IReadOnlyList<FieldGroup> groups) => groups.Where(g => g.Values[0] is string).ToDictionary(g => (string)g.Values[0]!, g => g.Count);

        private Tree Plant(IsmsModular.Abstractions.Catalogues.Catalogue catalogue, string? text)
        {
            var children = catalogue.Items.ToLookup(i => i.Parent);
            var shown = 0;
            return new(catalogue, Grow(null, false), shown);

            List<Node> Grow(string? parent, bool all)
            {
                var nodes = new List<Node>();
                foreach (var item in children[parent])
                {
                    var hit = all || text is null || item.Id.Contains(text, StringComparison.OrdinalIgnoreCase) || item.TitleIn(words.Language).Contains(text, StringComparison.OrdinalIgnoreCase);
                    var below = Grow(item.Id, text is not null && hit);
                    if (!hit && below.Count == 0)
                        continue;
                    if (ControlDirectory.IsControl(item))
                        shown++;
                    nodes.Add(new(item, $"{catalogue.Id}/{item.Id}", below));
                }

                return nodes;
            }
        }
    }
}
