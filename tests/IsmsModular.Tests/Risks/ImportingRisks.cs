using System.Net;
using System.Text;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;

namespace IsmsModular.Tests.Risks;

public sealed class ImportingRisks(IsmsApp app)
{
    private const string Head = "Risk;Assets;Class of threat;Threat;Vulnerability;Harms;Risk owner;Likelihood;Impact;Reason;Source;Remarks\n";

    [Fact]
    public async Task Names_every_wrong_row_and_writes_nothing_then_takes_the_corrected_file_whole()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.AddAsync("Already there");
        using var browser = await desk.Analyst.SignInAsync();
        var wrong = await UploadAsync(desk, browser, Head
            + "Fire;GRP-01;Physical threats;Fire in or near the premises;No detection;A;Head of ICT;Medium;High;Twice;Log;x\n"
            + "Already there;Nowhere;;;;Q;Nobody Known;;;;;\n"
            + "Half rated;Historian;Physical threats;;Weak;I;Head of ICT;Medium;Enormous;;;\n");

        foreach (var message in new[] { "is there already", "No asset or group of this reference or name: Nowhere", "Q is none of C, I, A", "Nobody Known", "Enormous", "Choose a threat", "Give a reason", "Remarks" })
            Assert.Contains(message, wrong.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"confirm\"", wrong.Body, StringComparison.Ordinal);
        Assert.Single(await desk.Home.QueryAsync<Risk>());

        var right = await UploadAsync(desk, browser, Head
            + "Fire;GRP-01;;Fire in or near the premises;No detection;A;head of ict;3;High;Twice;Log;x\n"
            + "Not rated;Historian;;;;;;;;;;\n");
        Assert.Contains("id=\"confirm\"", right.Body, StringComparison.Ordinal);
        var done = await browser.PostAsync(desk.Home.Url("risks/register/import?handler=Run"), State(right), form: desk.Home.Url("risks/register/import?exercise=" + desk.ExerciseId));

        RiskDesk.Is(HttpStatusCode.SeeOther, done);
        var risks = (await desk.Home.QueryAsync<Risk>()).ToDictionary(r => r.Title);
        Assert.Equal(3, risks.Count);
        Assert.Equal(("high", RiskState.Rated, desk.Owner.PersonId, RiskDesk.ThreatClass, "Twice"), (risks["Fire"].Current!.Level, risks["Fire"].State, risks["Fire"].OwnerId, risks["Fire"].ThreatClass, risks["Fire"].Current!.Reasons["impact"]));
        Assert.Equal((RiskState.Draft, desk.Asset.Id), (risks["Not rated"].State, risks["Not rated"].AssetIds.Single()));
        Assert.Null(risks["Not rated"].Current);
    }

    [Fact]
    public async Task A_rating_given_by_half_is_named_instead_of_lost()
    {
        var desk = await RiskDesk.OpenAsync(app);
        using var browser = await desk.Analyst.SignInAsync();
        var half = await UploadAsync(desk, browser, Head + "Fire;GRP-01;;Fire in or near the premises;No detection;A;Head of ICT;Medium;;Twice;Log;\n");
        Assert.Contains("Impact", half.Text, StringComparison.Ordinal);
        Assert.Contains(Looks.Drawing.English["rate.value.needed"], half.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"confirm\"", half.Body, StringComparison.Ordinal);

        var only = await UploadAsync(desk, browser, Head + $"Fire;GRP-01;;Fire in or near the premises;No detection;A;Head of ICT;;;Twice;Log;\n");
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Count(only.Text, System.Text.RegularExpressions.Regex.Escape(Looks.Drawing.English["rate.value.needed"])));
        var wordy = await UploadAsync(desk, browser, Head + $"Fire;GRP-01;;Fire in or near the premises;No detection;A;Head of ICT;Medium;High;{new string('x', 2001)};{new string('y', 1001)};\n");
        foreach (var most in new[] { "2000", "1000" })
            Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, Looks.Drawing.English["import.text.long"], most), wordy.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tier_that_a_sign_alone_tells_apart_is_taken_as_written_or_asked_for()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var plan = new IsmsModular.Risks.Exercises.EditModel.Command { Name = "In ringgit", MethodologyId = "matrix", ExceptionMonths = 12, Handling = { ["low"] = IsmsModular.Risks.Exercises.Handling.Acceptable }, Parameters = """{"cols":[{"key":"a","label":"≤ RM 10,000"},{"key":"b","label":"> RM 10,000"},{"key":"c","label":"C"},{"key":"d","label":"D"},{"key":"e","label":"E"}]}""" };
        RiskDesk.Ok(await desk.Home.SendAsync(plan, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Exercises.DetailModel.Start { Id = plan.Id, Seen = 1 }, desk.Analyst));
        using var browser = await desk.Analyst.SignInAsync();
        async Task<TestPage> CheckAsync(string impact)
        {
            var form = desk.Home.Url("risks/register/import?exercise=" + plan.Id);
            var uploaded = await browser.PostAsync(desk.Home.Url("risks/register/import"), new() { ["Input.Exercise"] = plan.Id }, files: [("Input.File", "risks.csv", Encoding.UTF8.GetBytes(Head + $"Fire;GRP-01;;Fire in or near the premises;No detection;A;Head of ICT;3;{impact};Twice;Log;\n"))], form: form);
            return await browser.GetAsync(uploaded.Location! + "&check=true");
        }

        Assert.Contains("fits more than one: ≤ RM 10,000, > RM 10,000", (await CheckAsync("RM 10,000")).Text, StringComparison.Ordinal);
        var taken = await CheckAsync("> RM 10,000");
        Assert.Contains("id=\"confirm\"", taken.Body, StringComparison.Ordinal);
        RiskDesk.Is(HttpStatusCode.SeeOther, await browser.PostAsync(desk.Home.Url("risks/register/import?handler=Run"), State(taken), form: desk.Home.Url("risks/register/import?exercise=" + plan.Id)));
        Assert.Equal("b", Assert.Single(await desk.Home.QueryAsync<Risk>()).Current!.Inputs["impact"].AsText);
    }

    [Fact]
    public async Task Offers_a_template_with_the_methods_own_columns()
    {
        var desk = await RiskDesk.OpenAsync(app);
        using var browser = await desk.Analyst.SignInAsync();
        var file = await browser.GetAsync(desk.Home.Url($"risks/register/import?exercise={desk.ExerciseId}&template=csv"));
        Assert.Contains("Likelihood,Impact", file.Body, StringComparison.Ordinal);
        using var owner = await desk.Owner.SignInAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await owner.GetAsync(desk.Home.Url("risks/register/import?exercise=" + desk.ExerciseId))).Status);
    }

    [Fact]
    public async Task Columns_of_any_name_are_mapped_by_hand()
    {
        var desk = await RiskDesk.OpenAsync(app);
        using var browser = await desk.Analyst.SignInAsync();
        var checkedPage = await UploadAsync(desk, browser, "What could happen;To what;How often\nFire;GRP-01;Medium\n");
        RiskDesk.Is(HttpStatusCode.UnprocessableEntity, checkedPage);
        var form = await browser.GetAsync(desk.Home.Url($"risks/register/import?exercise={desk.ExerciseId}&file={checkedPage.Hidden("file")}&name=risks.csv"));
        Assert.Contains("B · To what", form.Text, StringComparison.Ordinal);
        Assert.Contains("Likelihood", form.Text, StringComparison.Ordinal);

        var mapped = await browser.GetAsync(desk.Home.Url($"risks/register/import?exercise={desk.ExerciseId}&file={form.Hidden("file")}&name=risks.csv&check=true&m.title=0&m.assets=1"));
        Assert.Contains("How often", mapped.Text, StringComparison.Ordinal);
        RiskDesk.Is(HttpStatusCode.SeeOther, await browser.PostAsync(desk.Home.Url("risks/register/import?handler=Run"), State(mapped), form: desk.Home.Url("risks/register/import?exercise=" + desk.ExerciseId)));
        Assert.Equal(desk.Group.Id, Assert.Single(await desk.Home.QueryAsync<Risk>()).GroupIds.Single());
    }

    [Fact]
    public async Task A_text_file_that_calls_itself_a_workbook_is_told_so_beside_the_file()
    {
        var desk = await RiskDesk.OpenAsync(app);
        using var browser = await desk.Analyst.SignInAsync();
        var form = desk.Home.Url("risks/register/import?exercise=" + desk.ExerciseId);
        var refused = await browser.PostAsync(desk.Home.Url("risks/register/import"), new() { ["Input.Exercise"] = desk.ExerciseId }, files: [("Input.File", "risks.xlsx", Encoding.UTF8.GetBytes(Head))], form: form);
        RiskDesk.Is(HttpStatusCode.UnprocessableEntity, refused);
        Assert.Contains(IsmsModular.Tests.Looks.Drawing.English["import.file.notworkbook"], refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_sent_twice_at_once_and_once_more_is_carried_out_once()
    {
        var desk = await RiskDesk.OpenAsync(app);
        using var browser = await desk.Analyst.SignInAsync();
        var form = desk.Home.Url("risks/register/import?exercise=" + desk.ExerciseId);
        var check = await UploadAsync(desk, browser, Head + string.Concat(Enumerable.Range(0, 800).Select(i => $"Fire {i};GRP-01;;;;;;;;;;\n")));
        Task<TestPage> SendAsync() => browser.PostAsync(desk.Home.Url("risks/register/import?handler=Run"), State(check), form: form);

        foreach (var answer in await Task.WhenAll(SendAsync(), SendAsync()))
            RiskDesk.Is(HttpStatusCode.SeeOther, answer);
        var again = await SendAsync();
        RiskDesk.Is(HttpStatusCode.SeeOther, again);
        Assert.Contains("was imported already", (await browser.GetAsync(again.Location!)).Text, StringComparison.Ordinal);
        Assert.Equal(800, (await desk.Home.QueryAsync<Risk>()).Count);
    }

    private static Dictionary<string, string?> State(TestPage page) =>
        new[] { "exercise", "file", "name", "sheet" }.Concat(RiskImport.Fields.Select(f => "m." + f.Key)).Concat(["m.factor-likelihood", "m.factor-impact"]).ToDictionary(k => k, page.Hidden);

    private static async Task<TestPage> UploadAsync(RiskDesk desk, TestBrowser browser, string csv)
    {
        var form = desk.Home.Url("risks/register/import?exercise=" + desk.ExerciseId);
        var uploaded = await browser.PostAsync(desk.Home.Url("risks/register/import"), new() { ["Input.Exercise"] = desk.ExerciseId }, files: [("Input.File", "risks.csv", Encoding.UTF8.GetBytes(csv))], form: form);
        RiskDesk.Is(HttpStatusCode.SeeOther, uploaded);
        return await browser.GetAsync(uploaded.Location! + "&check=true");
    }
}
