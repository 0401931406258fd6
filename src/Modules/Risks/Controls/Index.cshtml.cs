using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Controls;

/// <summary>Control implementations: how each control is put into practice, where, by whom, and how it tests (guideline 6.4).</summary>
[Access(Area.Controls)]
public sealed class IndexModel(IMediator mediator, IWords words) : PageModel
{
    internal ListState List { get; private set; } = null!;

    internal Model View { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "ref", ["state", "control", "owner", "operator", "kind", "site"], ["ref", "name", "control", "state", "planned"]);
        View = await mediator.Send(new Query(List), cancellationToken);
        if (ListExport.Wanted(Request) is { } format)
            return await ListExport.FileAsync(format, "controls", Columns(), View.All, cancellationToken);
        return Page();
    }

    internal IReadOnlyList<ListFilter> Filters() =>
    [
        new("state", words["control.state"], EnumChoice.Of<ImplementationState>(words)),
        new("kind", words["control.kind"], EnumChoice.Of<ControlKind>(words)),
        new("owner", words["control.ownerid"], [.. View.Persons.Choices(List.Filters.GetValueOrDefault("owner")), new("-", words["risk.noowner"])]),
    ];

    private IReadOnlyList<ExportColumn<ControlImplementation>> Columns() =>
    [
        new(words["control.reference"], c => c.Reference),
        new(words["control.name"], c => c.Name),
        new(words["control.controlkey"], c => View.Name(c.ControlKey)),
        new(words["control.site"], c => c.Site),
        new(words["control.ownerid"], c => View.Persons.Name(c.OwnerId)),
        new(words["control.operatorid"], c => View.Persons.Name(c.OperatorId)),
        new(words["control.state"], c => words.Of(c.State)),
        new(words["control.plannedon"], c => c.PlannedOn),
        new(words["control.actualon"], c => c.ActualOn),
        new(words["control.lastteston"], c => c.LastTestOn),
        new(words["control.lasttestresult"], c => c.LastTestResult is { } r ? words.Of(r) : null),
        new(words["control.costonce"], c => c.CostOnce),
        new(words["control.costyearly"], c => c.CostYearly),
    ];

    internal sealed record Query(ListState List) : IQuery<Model>;

    internal sealed record Model(Page<ControlImplementation> Page, IAsyncEnumerable<ControlImplementation> All, PersonBook Persons, Func<string, string> Name, DateOnly Today);

    internal sealed class Handler(WorkspaceContext ws, Persons persons, ControlDirectory controls) : IQueryHandler<Query, Model>
    {
        public async Task<Model> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var own = await controls.OwnAsync(cancellationToken);
            return new(await session.QueryAsync<ControlImplementation>(request.List.ToQuery(), cancellationToken), session.StreamAsync<ControlImplementation>(request.List.ToQuery(), cancellationToken), await persons.ReadAsync(cancellationToken), key => controls.Name(key, own), ws.Today);
        }
    }
}
