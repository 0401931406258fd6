using System.Net;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Tests.App;
using IsmsModular.Web.Pages.InWorkspace;
using IsmsModular.Web.Workspaces;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Plugins;

public sealed class ChangingTheMatrix(IsmsApp app)
{
    [Fact]
    public void Fewer_steps_keep_the_ends_and_the_middle()
    {
        var typed = MatrixForm.Read(Shipped.Catalog.Methodology("matrix")!.Describe(null).Value, Shipped.Catalog.Methodology("matrix")!.DefaultParameters["grid"]);
        (typed.RowCount, typed.ColumnCount, typed.LevelCount) = (3, 3, 3);
        MatrixForm.Resize(typed);
        Assert.Equal(["Very low", "Medium", "Very high"], typed.Rows.Select(s => s.Label));
        Assert.Equal([0, 1, 1], typed.Grid[0]);
        Assert.Equal(2, typed.Grid[2][2]);

        (typed.RowCount, typed.ColumnCount, typed.LevelCount) = (40, 1, 4);
        MatrixForm.Resize(typed);
        Assert.Equal((9, 2, 4), (typed.Rows.Count, typed.Columns.Count, typed.Levels.Count));
        Assert.All(typed.Grid, row => Assert.All(row, level => Assert.InRange(level, 0, 3)));
        Assert.Contains(typed.Rows, s => s.Label is null);
    }

    [Fact]
    public async Task New_exercises_rate_by_what_was_saved()
    {
        var work = await app.NewWorkspaceAsync();
        var browser = await work.SignedInAsync(Role.Ciso);
        var saved = await browser.PostAsync(work.Url("matrix"), TwoByTwo(work), form: work.Url("matrix"));
        Assert.Equal(HttpStatusCode.SeeOther, saved.Status);

        var stored = await StoredAsync(work);
        var method = app.Services.GetRequiredService<IPluginCatalog>().Methodology(stored.Methodology)!;
        var rated = method.Evaluate(stored.MethodologyParameters, Shipped.Inputs(("likelihood", FactorValue.Text("Often")), ("impact", FactorValue.Text("Great"))));
        Assert.Equal("Bad", rated.Value.Result!.Outputs["risk"].AsText);
        Assert.Contains("Often", (await browser.GetAsync(work.Url("matrix"))).Body, StringComparison.Ordinal);

        var settings = await browser.PostAsync(work.Url("settings"), new() { ["Input.Name"] = "Renamed", ["Input.TimeZone"] = "Asia/Kuala_Lumpur", ["Input.Currency"] = "MYR", ["Input.Language"] = "en", ["Input.Catalogue"] = stored.Catalogue, ["Input.Methodology"] = "matrix", ["Input.Seen"] = stored.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        Assert.Equal(HttpStatusCode.SeeOther, settings.Status);
        Assert.True(JsonNode.DeepEquals(stored.MethodologyParameters, (await StoredAsync(work)).MethodologyParameters));
    }

    [Theory]
    [InlineData("Input.Rows[1].Label", "Rare")]
    [InlineData("Input.Rows[1].Label", "")]
    [InlineData("Input.Grid[1][1]", "7")]
    [InlineData("Input.Levels[0].Colour", "red")]
    public async Task What_would_not_hold_together_is_refused(string field, string value)
    {
        var work = await app.NewWorkspaceAsync();
        var typed = TwoByTwo(work);
        typed[field] = value;
        var refused = await (await work.SignedInAsync(Role.Ciso)).PostAsync(work.Url("matrix"), typed, form: work.Url("matrix"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Great", refused.Body, StringComparison.Ordinal);
        Assert.Null((await StoredAsync(work)).MethodologyParameters);
    }

    [Fact]
    public async Task Changing_the_size_stores_nothing()
    {
        var work = await app.NewWorkspaceAsync();
        var typed = TwoByTwo(work);
        (typed["Input.RowCount"], typed["Input.ColumnCount"], typed["Input.LevelCount"]) = ("3", "2", "2");
        var page = await (await work.SignedInAsync(Role.Ciso)).PostAsync(work.Url("matrix") + "?handler=Size", typed, form: work.Url("matrix"));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Input.Rows[2].Label", page.Body, StringComparison.Ordinal);
        Assert.Null((await StoredAsync(work)).MethodologyParameters);
    }

    [Fact]
    public async Task Who_does_not_administer_the_workspace_may_only_look()
    {
        var work = await app.NewWorkspaceAsync();
        var browser = await work.SignedInAsync(Role.LeadTeam);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(work.Url("matrix"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync(work.Url("matrix"), TwoByTwo(work), form: work.Url("matrix"))).Status);
    }

    private static Dictionary<string, string?> TwoByTwo(TestWorkspace work) => new()
    {
        ["Input.Seen"] = work.Workspace.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Input.Rows[0].Label"] = "Rare",
        ["Input.Rows[1].Label"] = "Often",
        ["Input.Columns[0].Label"] = "Small",
        ["Input.Columns[1].Label"] = "Great",
        ["Input.Levels[0].Label"] = "Fine",
        ["Input.Levels[1].Label"] = "Bad",
        ["Input.Levels[1].Colour"] = "#aa0000",
        ["Input.Grid[0][0]"] = "0",
        ["Input.Grid[0][1]"] = "0",
        ["Input.Grid[1][0]"] = "0",
        ["Input.Grid[1][1]"] = "1",
        ["Input.RowCount"] = "2",
        ["Input.ColumnCount"] = "2",
        ["Input.LevelCount"] = "2",
    };

    private async Task<Workspace> StoredAsync(TestWorkspace work) =>
        (await app.Services.GetRequiredService<SystemDirectory>().WorkspaceAsync(work.Slug, TestContext.Current.CancellationToken))!;
}
