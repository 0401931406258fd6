using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Files;
using IsmsModular.Risks.Plan;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Plan;
using IsmsModular.Tests.Risks;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Evidence;

public sealed class KeepingEvidence(IsmsApp app)
{
    private const string Control = "iso27001-2022-annex-a/A.8.13";
    private static readonly byte[] Page = "<html><script>alert(1)</script></html>"u8.ToArray();

    private static Task<TestPage> UploadAsync(TestBrowser browser, TestWorkspace home, string kind, string id, byte[]? content, string name = "minutes.html", string on = "2026-01-31") =>
        browser.PostAsync(home.Url($"risks/files?kind={kind}&id={Uri.EscapeDataString(id)}"), new() { ["Input.Kind"] = kind, ["Input.Id"] = id, ["Input.EffectiveOn"] = on, ["Input.Note"] = "Signed minutes" }, files: content is null ? [] : [("Input.File", name, content)]);

    [Theory]
    [InlineData("Task")]
    [InlineData("Control")]
    [InlineData("Soa")]
    public async Task A_file_is_kept_listed_downloaded_unchanged_and_taken_away_with_a_reason(string kind)
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (subject, page) = await SubjectAsync(desk, kind);
        using var browser = await desk.Analyst.SignInAsync();

        Assert.Equal(HttpStatusCode.SeeOther, (await UploadAsync(browser, desk.Home, kind, subject, Page, @"C:\Users\me\minutes.html")).Status);

        var file = Assert.Single(await desk.Home.QueryAsync<EvidenceFile>());
        Assert.Equal(("minutes.html", FileType.Text, (long)Page.Length, Convert.ToHexStringLower(SHA256.HashData(Page))), (file.Name, file.Type, file.Bytes, file.Sha256));
        Assert.Contains("minutes.html", (await browser.GetAsync(desk.Home.Url(page))).Text, StringComparison.Ordinal);
        var got = await browser.GetAsync(desk.Home.Url("risks/files/download?id=" + file.Id));
        Assert.Equal(Page, got.Bytes);
        Assert.Equal(("application/octet-stream", "nosniff"), (got.Headers["Content-Type"], got.Headers["X-Content-Type-Options"]));
        Assert.StartsWith("attachment", got.Headers["Content-Disposition"], StringComparison.Ordinal);
        if (kind == "Control")
            Assert.Single((await desk.Home.FindAsync<ControlImplementation>(subject))!.Evidence);

        var list = desk.Home.Url($"risks/files?kind={kind}&id={Uri.EscapeDataString(subject)}");
        Dictionary<string, string?> removal = new() { ["FileId"] = file.Id, ["Seen"] = "1", ["Input.Kind"] = kind, ["Input.Id"] = subject };
        removal["Reason"] = "The bell rang\u0007";
        var refused = await browser.PostAsync(desk.Home.Url("risks/files?handler=Remove"), removal, form: list);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("id=\"Reason-error\"", refused.Body, StringComparison.Ordinal);
        Assert.Contains("The bell rang", refused.Body, StringComparison.Ordinal);
        removal["Reason"] = null;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostAsync(desk.Home.Url("risks/files?handler=Remove"), removal, form: list)).Status);
        removal["Reason"] = "The wrong minutes";
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(desk.Home.Url("risks/files?handler=Remove"), removal, form: list)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(desk.Home.Url("risks/files/download?id=" + file.Id))).Status);
        Assert.Contains("The wrong minutes", (await browser.GetAsync(desk.Home.Url("activity?action=evidence.remove"))).Text, StringComparison.Ordinal);
        if (kind == "Control")
            Assert.Empty((await desk.Home.FindAsync<ControlImplementation>(subject))!.Evidence);
    }

    [Fact]
    public async Task A_file_that_is_gone_from_the_disk_is_found_by_the_check()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (task, _) = await SubjectAsync(desk, "Task");
        using var browser = await desk.Analyst.SignInAsync();
        await UploadAsync(browser, desk.Home, "Task", task, Page);
        var file = Assert.Single(await desk.Home.QueryAsync<EvidenceFile>());
        var store = app.Services.GetRequiredService<IStoreDirectory>().Workspace(desk.Home.Workspace.Id);
        Assert.True((await store.VerifyAsync(default)).Sound);
        File.Delete(Path.Combine(app.DataFolder, "attachments", store.Name, file.Sha256[..2], file.Sha256));
        Assert.Equal($"risks_files/{file.Id}: its attachment {file.Sha256} is missing", Assert.Single((await store.VerifyAsync(default)).Findings));
    }

    [Fact]
    public async Task Who_may_not_change_the_record_adds_nothing_and_who_is_elsewhere_sees_nothing()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (task, _) = await SubjectAsync(desk, "Task");
        using var editor = await desk.Analyst.SignInAsync();
        await UploadAsync(editor, desk.Home, "Task", task, Page);
        var file = Assert.Single(await desk.Home.QueryAsync<EvidenceFile>());

        using var reader = await desk.Home.SignedInAsync(Role.InternalAuditor);
        var seen = await reader.GetAsync(desk.Home.Url("risks/files?kind=Task&id=" + task));
        Assert.Contains("minutes.html", seen.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Add a file", seen.Text, StringComparison.Ordinal);
        using var employee = await desk.Home.SignedInAsync(Role.Employee);
        Assert.Equal(HttpStatusCode.NotFound, (await employee.GetAsync(desk.Home.Url("risks/files/download?id=" + file.Id))).Status);

        var other = await PlanDesk.OpenAsync(app);
        using var stranger = await other.Analyst.SignInAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(other.Home.Url("risks/files/download?id=" + file.Id))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(other.Home.Url("risks/files?kind=Task&id=" + task))).Status);
        RiskDesk.Refused("error.notfound", await other.Home.SendAsync(new IsmsModular.Risks.Files.IndexModel.Remove { FileId = file.Id, Seen = 1, Reason = "Mine now" }, other.Analyst));
    }

    [Fact]
    public async Task Nothing_an_empty_file_and_one_of_tomorrow_are_refused_beside_their_field()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (task, _) = await SubjectAsync(desk, "Task");
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("Choose a file", (await UploadAsync(browser, desk.Home, "Task", task, null)).Text, StringComparison.Ordinal);
        Assert.Contains("empty or larger", (await UploadAsync(browser, desk.Home, "Task", task, [])).Text, StringComparison.Ordinal);
        Assert.Contains("empty or larger", (await UploadAsync(browser, desk.Home, "Task", task, new byte[(20 * 1024 * 1024) + 1])).Text, StringComparison.Ordinal);
        Assert.Contains("today or earlier", (await UploadAsync(browser, desk.Home, "Task", task, Page, on: "2090-01-01")).Text, StringComparison.Ordinal);
        Assert.Empty(await desk.Home.QueryAsync<EvidenceFile>());
    }

    [Fact]
    public async Task What_a_verification_rested_on_stays()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (_, _, task, _) = await desk.ApprovedAsync();
        using var browser = await desk.Owner.SignInAsync();
        Assert.Equal(HttpStatusCode.SeeOther, (await UploadAsync(browser, desk.Home, "Task", task.Id, Page)).Status);
        RiskDesk.Ok(await desk.Home.SendAsync(new ProgressModel.Command { Id = task.Id, Seen = task.Version, Percent = 100, IsDone = true, Evidence = "Photo" }, desk.Owner));
        task = await desk.TaskAsync(task.Id);
        RiskDesk.Ok(await desk.Home.SendAsync(new VerifyModel.Command { Id = task.Id, Seen = task.Version, Effective = true, VerifiedOn = task.DoneOn, Note = "Alarm was heard" }, desk.Analyst));
        var file = Assert.Single(await desk.Home.QueryAsync<EvidenceFile>());
        RiskDesk.Refused("evidence.error.verified", await desk.Home.SendAsync(new IsmsModular.Risks.Files.IndexModel.Remove { FileId = file.Id, Seen = 1, Reason = "Not needed" }, desk.Analyst));
    }

    [Fact]
    public async Task Files_are_part_of_a_backup()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (task, _) = await SubjectAsync(desk, "Task");
        using var browser = await desk.Analyst.SignInAsync();
        await UploadAsync(browser, desk.Home, "Task", task, Page);
        var target = Path.Combine(Path.GetTempPath(), Document.NewId() + ".zip");
        try
        {
            await app.Services.GetRequiredService<IBackup>().BackupAsync(target, desk.Home.Workspace.Id, TestContext.Current.CancellationToken);
            using var zip = ZipFile.OpenRead(target);
            Assert.Contains(zip.Entries, e => e.FullName.EndsWith(Convert.ToHexStringLower(SHA256.HashData(Page)), StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(target);
        }
    }

    [Theory]
    [InlineData("%PDF-1.7", FileType.Pdf)]
    [InlineData("MZ\u0090", FileType.Program)]
    [InlineData("PK\u0003\u0004", FileType.Archive)]
    [InlineData("Plain words", FileType.Text)]
    [InlineData("", FileType.Other)]
    public void The_kind_of_a_file_is_what_its_first_bytes_say(string head, FileType type) => Assert.Equal(type, FileTypes.Of(System.Text.Encoding.Latin1.GetBytes(head)));

    private static async Task<(string Id, string Page)> SubjectAsync(PlanDesk desk, string kind)
    {
        if (kind == "Soa")
            return (Control, "risks/soa/decide?control=" + Uri.EscapeDataString(Control));
        if (kind == "Task")
            return (await desk.AddAsync(desk.Task(await desk.TreatedAsync(desk.Owner)))).Id is var task ? (task, "risks/plan/detail?id=" + task) : default;
        var control = new ControlImplementation { ControlKey = Control, Name = "Nightly backup", Reference = "IMPL-0001" };
        await desk.Risks.PutAsync(control);
        return (control.Id, "risks/controls/detail?id=" + control.Id);
    }
}
