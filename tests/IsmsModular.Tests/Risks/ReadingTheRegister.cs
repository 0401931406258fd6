using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Risks.Catalogues;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Risks;

public sealed class ReadingTheRegister(IsmsApp app)
{
    [Fact]
    public async Task Ranks_the_worst_first_and_a_duty_ahead_within_its_level()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.RatedAsync("medium", "high", "High without duty");
        var duty = await desk.RatedAsync("medium", "high", "High with duty");
        await desk.RatedAsync("very-high", "very-high", "Worst of all");
        await desk.AddAsync("Not rated yet");
        var form = IsmsModular.Risks.Register.EditModel.Command.From(duty);
        (form.Duty, form.DutySource) = (DutyKind.Law, "Act 854");
        RiskDesk.Ok(await desk.Home.SendAsync(form, desk.Analyst));
        using var browser = await desk.Analyst.SignInAsync();

        var text = (await browser.GetAsync(desk.Home.Url("risks/register"))).Text;

        string[] order = ["Worst of all", "High with duty", "High without duty", "Not rated yet"];
        Assert.Equal(order, order.OrderBy(t => text.IndexOf(t, StringComparison.Ordinal)));
        Assert.DoesNotContain("-1", order.Select(t => text.IndexOf(t, StringComparison.Ordinal).ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_duty_goes_ahead_of_greater_numbers_of_its_level_and_stays_behind_the_next_level()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.PlanAsync(methodology: "iso27005-2011-e21");
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));
        foreach (var (title, worth, duty) in new[] { ("Five without duty", 2, false), ("Three with duty", 0, true), ("Six without duty", 3, false) })
        {
            var form = desk.Described(title);
            if (duty)
                (form.Duty, form.DutySource) = (DutyKind.Law, "Act 854");
            RiskDesk.Ok(await desk.Home.SendAsync(form, desk.Analyst));
            var risk = await desk.RiskAsync(form.Id);
            var rating = new RateModel.Command { Id = risk.Id, Seen = risk.Version };
            foreach (var factor in (await desk.Home.SendAsync(new RateModel.Ask(new() { Id = risk.Id }), desk.Analyst))!.Form!.Factors)
                (rating.Values[factor.Key], rating.Reasons[factor.Key], rating.Sources[factor.Key]) = (factor.Tiers[factor.Key switch { "asset_value" => worth, "threat" => 1, _ => 2 }].Key, "Seen", "Log");
            RiskDesk.Ok(await desk.Home.SendAsync(rating, desk.Analyst));
        }

        var ranked = await desk.Home.QueryAsync<Risk>(Platform.Store.Query.All.Where("exercise", desk.ExerciseId).OrderBy("-rank"));

        Assert.Equal([("Six without duty", "high", 6), ("Three with duty", "medium", 3), ("Five without duty", "medium", 5)], ranked.Select(r => (r.Title, r.Current!.Level, r.Current.Value)));
    }

    [Fact]
    public async Task The_report_tells_numbers_without_a_level_from_what_is_unrated_and_gives_no_rank_to_what_was_dismissed()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.PlanAsync(methodology: "ale");
        var criteria = IsmsModular.Risks.Exercises.EditModel.Command.From(await desk.ExerciseAsync());
        criteria.AcceptUpTo = 1e30;
        RiskDesk.Refused("validation.range", await desk.Home.SendAsync(criteria, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));
        // Stored before there was a greatest number.
        var exercise = await desk.ExerciseAsync();
        exercise.Criteria.AcceptUpTo = 1e30;
        await desk.PutAsync(exercise);
        exercise = await desk.ExerciseAsync();
        async Task<Risk> LossAsync(string title, double loss)
        {
            var risk = await desk.AddAsync(title);
            risk.Rate(await desk.Home.RunAsync(s => Task.FromResult(s.GetRequiredService<IsmsModular.Risks.Exercises.Methods>().Rate(exercise, new() { ["sle"] = FactorValue.Number(loss), ["aro"] = FactorValue.Number(2) }).Value)));
            await desk.PutAsync(risk);
            return await desk.RiskAsync(risk.Id);
        }

        var aside = await LossAsync("Set aside", 9000);
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Register.DetailModel.Dismiss { Id = aside.Id, Seen = aside.Version, DismissedBecause = "No" }, desk.Analyst));
        await LossAsync("Little", 10);
        await LossAsync("Much", 1000);
        await desk.AddAsync("Not rated yet");

        var (levels, register) = await desk.Home.RunAsync(async s =>
        {
            var report = (await s.GetServices<Platform.Reports.IReport>().Single(r => r.Name == "risk-register").BuildAsync(new(desk.ExerciseId), default)).Value;
            return (Rows(report, "Levels of risk", 0, 1), Rows(report, "Register", 0, 2));
        });

        Assert.Equal(["Number without a level|2", "Not rated|1"], levels);
        // What was set aside has no rank, whatever it was rated before.
        Assert.Equal(["1|Much", "2|Little"], register.Take(2));
        Assert.Equal(["|Not rated yet", "|Set aside"], register.Skip(2).Order());

        static List<string> Rows(Abstractions.Reports.ReportDocument report, string table, params int[] cells) =>
            [.. report.Blocks.OfType<Abstractions.Reports.ReportTable>().Single(t => t.Name == table).Rows.Select(r => string.Join('|', cells.Select(c => r[c].Value?.ToString())))];
    }

    [Theory]
    [InlineData("pdf")]
    [InlineData("docx")]
    public async Task The_report_names_every_one_of_120_classes_of_threat_in_its_coverage(string format)
    {
        var desk = await RiskDesk.OpenAsync(app);
        var classes = Enumerable.Range(1, 120).Select(i => new { value = $"kind{i}", expanded = $"Kind{i}. of threat, with a name as long as those of some catalogues are" }).ToList();
        var file = JsonSerializer.SerializeToUtf8Bytes(new { @namespace = "many", description = "Many kinds", version = 1, predicates = classes, values = classes.Select(c => new { predicate = c.value, entry = new[] { new { value = "any", expanded = "Any" } } }) });
        var many = RiskDesk.Ok(await desk.Home.RunAsync(s => s.GetRequiredService<ICatalogueImport>().ImportAsync(new MemoryStream(file), new("machinetag.json"), TestContext.Current.CancellationToken))).Parts.Single();
        var chosen = await desk.Home.SendAsync(new ChooseModel.Query());
        RiskDesk.Ok(await desk.Home.SendAsync(new ChooseModel.Command { Seen = chosen.Seen, Threats = [many.Key], Vulnerabilities = [.. chosen.Vulnerabilities] }, desk.Analyst));

        await using var report = RiskDesk.Ok(await desk.Home.RunAsync(s => s.GetRequiredService<Platform.Reports.ReportDesk>().TakeAsync("risk-register", format, new(desk.ExerciseId), "en", default)));

        using var content = new MemoryStream();
        await report.Content.CopyToAsync(content, TestContext.Current.CancellationToken);
        content.Position = 0;
        string text;
        if (format == "pdf")
        {
            using var pdf = UglyToad.PdfPig.PdfDocument.Open(content.ToArray());
            text = string.Concat(pdf.GetPages().SelectMany(p => p.Letters).Select(l => l.Value));
        }
        else
        {
            using var document = DocumentFormat.OpenXml.Packaging.WordprocessingDocument.Open(content, false);
            text = document.MainDocumentPart!.Document.InnerText;
            // Word opens no table of more columns.
            Assert.All(document.MainDocumentPart.Document.Descendants<DocumentFormat.OpenXml.Wordprocessing.TableRow>(), r => Assert.InRange(r.Elements<DocumentFormat.OpenXml.Wordprocessing.TableCell>().Count(), 1, 63));
        }

        Assert.All(Enumerable.Range(1, 120), i => Assert.Contains($"Kind{i}. of threat, ", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Opens_the_risks_of_a_cell_of_the_heat_map()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.RatedAsync("medium", "high", "In the cell");
        await desk.RatedAsync("low", "low", "Elsewhere");
        using var browser = await desk.Analyst.SignInAsync();
        var exercise = await browser.GetAsync(desk.Home.Url("risks/exercises/detail?id=" + desk.ExerciseId));
        var link = desk.Home.Url($"risks/register?f.exercise={desk.ExerciseId}&f.y=2&f.x=3");
        Assert.Contains(link.Replace("&", "&amp;", StringComparison.Ordinal), exercise.Body, StringComparison.Ordinal);
        Assert.Contains("Risks: 1. Likelihood Medium, Impact High", exercise.Body, StringComparison.Ordinal);

        var cell = await browser.GetAsync(link);

        Assert.Contains("Likelihood: Medium", cell.Text, StringComparison.Ordinal);
        Assert.Contains("Impact: High", cell.Text, StringComparison.Ordinal);
        Assert.Contains("In the cell", cell.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Elsewhere", cell.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_what_is_accepted_by_exception_where_the_dashboard_says_that_one_has_ended()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.RatedAsync("low", "low", "Inside the criteria");
        var excepted = await desk.RatedAsync("medium", "medium", "Above the criteria");
        var ended = new DateOnly(2025, 1, 1);
        excepted.Treatment = new() { Option = TreatmentOption.Retain, Reason = "Later", ByException = true, ExceptionUntil = ended };
        excepted.ExceptionUntil = ended;
        await desk.PutAsync(excepted);
        using var browser = await desk.Analyst.SignInAsync();

        Assert.Contains($"risks/register?f.exercise={desk.ExerciseId}&amp;f.byexception=ended&amp;f.state=rated", (await browser.GetAsync(desk.Home.Url(""))).Body, StringComparison.Ordinal);
        var list = (await browser.GetAsync(desk.Home.Url("risks/register?f.byexception=ended"))).Text;
        Assert.Contains("Above the criteria", list, StringComparison.Ordinal);
        Assert.DoesNotContain("Inside the criteria", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_no_risk_matches_instead_of_asking_for_the_first_one()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.AddAsync();
        using var browser = await desk.Analyst.SignInAsync();
        var none = await browser.GetAsync(desk.Home.Url("risks/register?q=submarine"));
        Assert.Contains("Nothing matches", none.Text, StringComparison.Ordinal);
        Assert.Contains($"href=\"{desk.Home.Url("risks/register")}\"", none.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stands_highlighted_in_the_journey_also_while_a_treatment_is_decided()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("medium", "high");
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Matches($"<a href=\"{desk.Home.Url("risks/register")}\" aria-current=\"page\"", (await browser.GetAsync(desk.Home.Url("risks/treatment/edit?id=" + risk.Id))).Body);
    }

    [Theory]
    [InlineData("f.level=high", "High one")]
    [InlineData("f.state=dismissed", "Set aside")]
    [InlineData("f.option=modify", "High one")]
    [InlineData("f.class=threats-iso27005%2FT1&f.level=low", "Low one")]
    [InlineData("q=low", "Low one")]
    public async Task Is_narrowed_by(string filter, string left)
    {
        var desk = await RiskDesk.OpenAsync(app);
        var high = await desk.RatedAsync("medium", "high", "High one");
        await desk.RatedAsync("low", "low", "Low one");
        var aside = await desk.AddAsync("Set aside");
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Register.DetailModel.Dismiss { Id = aside.Id, Seen = 1, DismissedBecause = "No" }, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(high), desk.Analyst));
        using var browser = await desk.Analyst.SignInAsync();

        var page = await browser.GetAsync(desk.Home.Url("risks/register?" + filter));

        RiskDesk.Is(HttpStatusCode.OK, page);
        foreach (var title in new[] { "High one", "Low one", "Set aside" })
            Assert.Equal(title == left, page.Text.Contains(title, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("xlsx")]
    public async Task Is_exported_as_a_whole(string format)
    {
        var desk = await RiskDesk.OpenAsync(app);
        for (var i = 0; i < 55; i++)
            await desk.AddAsync($"Risk number {i}");
        using var browser = await desk.Analyst.SignInAsync();

        var file = await browser.GetAsync(desk.Home.Url("risks/register?format=" + format));

        RiskDesk.Is(HttpStatusCode.OK, file);
        if (format == "csv")
            Assert.Equal(56, file.Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("attachment", file.Headers["Content-Disposition"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_an_asset_shows_what_is_worked_on_and_leads_to_the_risks_of_all_assessments()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.AddAsync("On its group");
        var past = new Exercise { Name = "Of the year before", Reference = "EX-00", MethodologyId = "matrix", State = ExerciseState.Closed };
        await desk.PutAsync(past);
        await desk.PutAsync(new Risk { ExerciseId = past.Id, Reference = "RISK-0900", Title = "Of the year before last", AssetIds = [desk.Asset.Id] });
        using var browser = await desk.Analyst.SignInAsync();

        var page = await browser.GetAsync(desk.Home.Url("risks/assets/detail?id=" + desk.Asset.Id));
        Assert.Contains("On its group", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Of the year before last", page.Text, StringComparison.Ordinal);
        var link = Regex.Match(page.Body, "href=\"([^\"]+)\">All risks, earlier assessments included: 2<");
        var all = await browser.GetAsync(WebUtility.HtmlDecode(link.Groups[1].Value));
        Assert.Contains("On its group", all.Text, StringComparison.Ordinal);
        Assert.Contains("Of the year before last", all.Text, StringComparison.Ordinal);
        Assert.Contains("ASSET-0001 Historian, GRP-01 Servers", all.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leads_on_when_there_is_nothing_yet()
    {
        var home = await app.NewWorkspaceAsync();
        using var browser = await home.SignedInAsync(Platform.Rights.Role.Ciso);
        foreach (var page in new[] { "risks/register", "risks/exercises", "risks/controls", "risks/catalogue", "risks/controls/own" })
            RiskDesk.Is(HttpStatusCode.OK, await browser.GetAsync(home.Url(page)));
        Assert.Contains("Plan an assessment", (await browser.GetAsync(home.Url("risks/register"))).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#ffffff", "#111827")]
    [InlineData("#000000", "#ffffff")]
    [InlineData("#f4c20d", "#111827")]
    [InlineData("#7a0b1f", "#ffffff")]
    public void Writes_readable_figures_on_any_colour(string colour, string ink)
    {
        Assert.Equal(ink, Contrast.InkOn(colour));
        Assert.True(Contrast.Ratio(colour, ink) >= 4.5);
    }
}
