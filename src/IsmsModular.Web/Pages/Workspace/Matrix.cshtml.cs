using System.Globalization;
using System.Text.Json.Nodes;
using FluentValidation;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.InWorkspace;

/// <summary>Scales and grid of the risk matrix: how many steps, in which words, and which level each pair gives.</summary>
[Access(Area.Workspace)]
public sealed class Matrix(IMediator mediator, IPluginCatalog plugins, WorkspaceContext workspace) : PageModel
{
    /// <summary>Key of the methodology that takes its scales from parameters.</summary>
    public const string MethodId = "matrix";

    /// <summary>Fewest steps of a scale.</summary>
    public const int Least = 2;

    /// <summary>Most steps of a scale that the page offers.</summary>
    public const int Most = 9;

    /// <summary>What was typed.</summary>
    [BindProperty]
    public Command Input { get; set; } = new();

    /// <summary>Whether the reader may change it.</summary>
    public bool MayChange => workspace.May(Area.Workspace, Verb.Administer);

    /// <summary>Colour of each level, for the picture; computed where none was chosen.</summary>
    public IReadOnlyList<string> Colours { get; private set; } = [];

    /// <summary>Shows the matrix of the workspace.</summary>
    public IActionResult OnGet()
    {
        if (plugins.Methodology(MethodId) is not { } method)
            return NotFound();
        var w = workspace.Workspace;
        var stored = w.Methodology == MethodId ? w.MethodologyParameters : null;
        Input = MatrixForm.Read(method.Describe(stored) is { Succeeded: true } own ? own.Value : method.Describe(null).Value, Grid(method, stored));
        Input.Seen = w.Version;
        return Draw();
    }

    /// <summary>Shows the form with other numbers of steps; what was typed is kept where it fits.</summary>
    public IActionResult OnPostSize()
    {
        ModelState.Clear();
        MatrixForm.Resize(Input);
        return Draw();
    }

    /// <summary>Saves.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(workspace.Url("matrix"), "matrix.saved");
        Draw();
        return this.Refused(result);
    }

    private static JsonNode? Grid(IMethodologyHandle method, JsonObject? stored) => stored?["grid"] ?? method.DefaultParameters["grid"];

    private PageResult Draw()
    {
        var form = plugins.Methodology(MethodId)?.Describe(MatrixForm.Write(Input)) is { Succeeded: true } drawn ? drawn.Value : null;
        Colours = form is null ? [.. Input.Levels.Select(l => l.Colour ?? "#c8cdd4")] : [.. form.Levels.Select(l => l.Colour ?? "#c8cdd4")];
        return Page();
    }

    /// <summary>One step of a scale.</summary>
    public sealed class Step
    {
        /// <summary>Word.</summary>
        public string? Label { get; set; }

        /// <summary>What it means, so that two raters mean the same.</summary>
        public string? Anchor { get; set; }

        /// <summary>Colour of a level as <c>#rrggbb</c>; none for one from green to red.</summary>
        public string? Colour { get; set; }
    }

    /// <summary>The whole matrix.</summary>
    [Requires(Area.Workspace, Verb.Administer)]
    public sealed class Command : ICommand<Done>
    {
        /// <summary>Likelihood, lowest first.</summary>
        public List<Step> Rows { get; set; } = [];

        /// <summary>Impact, lowest first.</summary>
        public List<Step> Columns { get; set; } = [];

        /// <summary>Levels of risk, lowest first.</summary>
        public List<Step> Levels { get; set; } = [];

        /// <summary>For each row, the ordinal of the level in each column.</summary>
        public List<List<int>> Grid { get; set; } = [];

        /// <summary>Steps of likelihood wanted.</summary>
        public int RowCount { get; set; }

        /// <summary>Steps of impact wanted.</summary>
        public int ColumnCount { get; set; }

        /// <summary>Levels wanted.</summary>
        public int LevelCount { get; set; }

        /// <summary>Version of the workspace that was seen.</summary>
        public long Seen { get; set; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleForEach(c => c.Rows).SetValidator(new StepValidator());
            RuleForEach(c => c.Columns).SetValidator(new StepValidator());
            RuleForEach(c => c.Levels).SetValidator(new StepValidator());
            RuleFor(c => c.Rows).Must(AreDistinct).WithMessage("matrix.distinct");
            RuleFor(c => c.Columns).Must(AreDistinct).WithMessage("matrix.distinct");
            RuleFor(c => c.Levels).Must(AreDistinct).WithMessage("matrix.distinct");
            RuleFor(c => c.Grid).Must((c, g) => g.Count == c.Rows.Count && g.TrueForAll(row => row.Count == c.Columns.Count && row.TrueForAll(l => l >= 0 && l < c.Levels.Count))).WithMessage("matrix.hole");
        }

        private static bool AreDistinct(List<Step> steps) =>
            steps.Count is >= Least and <= Most && steps.Select(s => s.Label?.Trim()).Distinct(StringComparer.OrdinalIgnoreCase).Count() == steps.Count;
    }

    private sealed class StepValidator : AbstractValidator<Step>
    {
        public StepValidator()
        {
            RuleFor(s => s.Label).NotEmpty().MaximumLength(60);
            RuleFor(s => s.Anchor).MaximumLength(500);
            RuleFor(s => s.Colour).Matches("^#[0-9a-fA-F]{6}$");
        }
    }

    internal sealed class Handler(IStoreDirectory stores, SystemDirectory directory, WorkspaceContext workspace, IPluginCatalog plugins) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var parameters = MatrixForm.Write(request);
            if (plugins.Methodology(MethodId) is not { } method)
                return Error.NotFound();
            if (method.Describe(parameters) is { Succeeded: false } wrong)
                return wrong.Errors.Select(e => e with { Field = null }).ToList();
            var session = stores.System.OpenSession(workspace.Actor);
            if (await session.FindAsync<Workspace>(workspace.Workspace.Id, cancellationToken) is not { } w)
                return Error.NotFound();
            (w.Methodology, w.MethodologyVersion, w.MethodologyParameters) = (MethodId, null, parameters);
            session.Update(w, request.Seen, "workspace.settings");
            var saved = await directory.SaveAsync(session, cancellationToken);
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }
    }
}

/// <summary>Between the form of the matrix and the parameters of its methodology.</summary>
internal static class MatrixForm
{
    public static Matrix.Command Read(MethodologyForm form, JsonNode? grid)
    {
        var cells = (grid as JsonArray ?? []).Select(row => ((JsonArray)row!).Select(cell => Ordinal(cell, form.Levels)).ToList()).ToList();
        // Parameters may lie the other way round, impact downwards.
        var isTurned = form.Factors[0].Key == form.HorizontalAxis;
        var command = new Matrix.Command
        {
            Rows = [.. form.Factors[isTurned ? 1 : 0].Tiers.Select(Step)],
            Columns = [.. form.Factors[isTurned ? 0 : 1].Tiers.Select(Step)],
            Levels = [.. form.Levels.Select(Step)],
            Grid = isTurned ? [.. Enumerable.Range(0, cells[0].Count).Select(c => cells.Select(row => row[c]).ToList())] : cells,
        };
        (command.RowCount, command.ColumnCount, command.LevelCount) = (command.Rows.Count, command.Columns.Count, command.Levels.Count);
        return command;
    }

    public static JsonObject Write(Matrix.Command typed) => new()
    {
        ["rows"] = Tiers(typed.Rows),
        ["cols"] = Tiers(typed.Columns),
        ["levels"] = Tiers(typed.Levels),
        ["grid"] = new JsonArray([.. typed.Grid.Select(row => (JsonNode)new JsonArray([.. row.Select(level => (JsonNode)level)]))]),
    };

    /// <summary>Stretches or shrinks scales and grid to the wanted numbers of steps; new steps have no words yet.</summary>
    public static void Resize(Matrix.Command typed)
    {
        int Within(int count) => Math.Clamp(count, Matrix.Least, Matrix.Most);
        (typed.RowCount, typed.ColumnCount, typed.LevelCount) = (Within(typed.RowCount), Within(typed.ColumnCount), Within(typed.LevelCount));
        var (rows, columns, levels) = (Places(typed.Rows.Count, typed.RowCount), Places(typed.Columns.Count, typed.ColumnCount), Places(typed.LevelCount, typed.Levels.Count));
        int Level(int row, int column) =>
            typed.Grid.ElementAtOrDefault(row)?.ElementAtOrDefault(column) is { } old && typed.Levels.Count > 1
                ? (int)Math.Round((double)Math.Clamp(old, 0, typed.Levels.Count - 1) * (typed.LevelCount - 1) / (typed.Levels.Count - 1), MidpointRounding.AwayFromZero)
                : 0;
        typed.Grid = [.. rows.Select(r => columns.Select(c => Level(r, c)).ToList())];
        typed.Rows = Stretch(typed.Rows, typed.RowCount);
        typed.Columns = Stretch(typed.Columns, typed.ColumnCount);
        typed.Levels = Stretch(typed.Levels, typed.LevelCount);
        foreach (var level in typed.Levels)
            level.Colour = null;
    }

    private static int[] Places(int from, int to) =>
        [.. Enumerable.Range(0, to).Select(i => from < 2 ? 0 : (int)Math.Round((double)i * (from - 1) / Math.Max(1, to - 1), MidpointRounding.AwayFromZero))];

    private static List<Matrix.Step> Stretch(List<Matrix.Step> steps, int count)
    {
        var taken = new HashSet<int>();
        return [.. Places(steps.Count, count).Select(place => place < steps.Count && taken.Add(place) ? steps[place] : new Matrix.Step())];
    }

    private static Matrix.Step Step(Tier tier) => new() { Label = tier.Label.ToString(), Anchor = tier.Anchor?.ToString(), Colour = tier.Colour };

    private static JsonArray Tiers(List<Matrix.Step> steps) => [.. steps.Select(step =>
    {
        var tier = new JsonObject { ["label"] = step.Label?.Trim() };
        if (!string.IsNullOrWhiteSpace(step.Anchor))
            tier["anchor"] = step.Anchor.Trim();
        if (!string.IsNullOrWhiteSpace(step.Colour))
            tier["colour"] = step.Colour;
        return (JsonNode)tier;
    })];

    private static int Ordinal(JsonNode? cell, IReadOnlyList<Tier> levels)
    {
        if (int.TryParse(cell?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal))
            return ordinal;
        var named = levels.ToList().FindIndex(l => string.Equals(l.Key, cell?.ToString(), StringComparison.OrdinalIgnoreCase) || string.Equals(l.Label.ToString(), cell?.ToString(), StringComparison.OrdinalIgnoreCase));
        return Math.Max(0, named);
    }
}
