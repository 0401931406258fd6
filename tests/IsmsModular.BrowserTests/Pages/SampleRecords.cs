using System.Text;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Platform.Plugins;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Exercises.Swap;
using IsmsModular.Risks.Plan;
using IsmsModular.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.BrowserTests.Pages;

/// <summary>Fills a workspace so that every page has something to show.</summary>
internal static class SampleRecords
{
    private const string Inventory = """
        Name,Type,Group,Owner,Custodian,Units,Site,Location,Classification,Personal data,Serial,C,I,A,Valued by,Supports,Key
        Treatment and chemical dosing,Service,Processes,Head of Operations,,1,Plant 1,,Internal,no,,2,5,5,Head of Operations (owner),,P2
        Customer and metering data,Information,Customer data,Head of Corporate Services,Head of ICT,2,Head office,,Confidential,yes,,3,4,2,Privacy Officer (adviser),,G06
        PLC and HMI programs,Software,Control programs,Head of Control Engineering,Control Engineer,71,Plant 1,,Internal,no,,3,5,4,Head of Control Engineering (owner),P2,G03
        PLC cabinets plant 1,Physical,Cabinets,Head of Control Engineering,Site Technician,62,Plant 1,Cabinet room 1,,no,SN-1,1,5,5,Site Technician (custodian),G03,G10-1
        PLC cabinets plant 2,Physical,Cabinets,,Site Technician,58,Plant 2,Cabinet room 2,,no,,1,4,4,Site Technician (custodian),G03,G10-2
        Radio links,Physical,,Head of ICT,Network Engineer,96,Outstations,,,no,SN-2,,,,,,G14
        """;

    /// <summary>Adds records, and sends the statement for approval.</summary>
    /// <returns>Pages of the workspace that are reached by a form and not by a link.</returns>
    public static async Task<IReadOnlyList<string>> AddAsync(TestWorkspace work, TestBrowser browser)
    {
        await work.RunAsync(s => s.GetRequiredService<ILargeSample>().GenerateAsync(120, 60, 1, null, TestContext.Current.CancellationToken));
        await browser.PostAsync(work.Url("risks/soa/submit"), new() { ["Input.ScopeStatement"] = "Everything", ["Input.ChangeNote"] = "First statement" });
        var imported = await work.RunAsync(s => s.GetRequiredService<IAssetImport>().ImportAsync(Bytes(Inventory), new("inventory.csv", CreatePeople: true, CreateGroups: true, UnlikeAccepted: true), CancellationToken.None));
        Assert.True(imported.Value.Written);
        var asset = (await work.QueryAsync<Risks.Assets.Asset>())[^1];
        // The second file has one good, one changed and one wrong row.
        var wrong = await UploadAsync(work, "Key,Name,Type,Owner,Colour\nG10-1,PLC cabinets plant 1,Physical,Head of Operations,grey\nG99,Cabinet,gadget,Nobody,grey\n");
        var right = await UploadAsync(work, "Key,Name,Type,Owner,Colour\nG10-1,PLC cabinets plant 1,Physical,Head of Operations,grey\nG99,Cabinet,Physical,Head of ICT,grey\n");
        var tasks = await work.QueryAsync<Risks.Plan.PlanTask>();
        var task = tasks[0];
        var done = tasks.FirstOrDefault(t => !t.IsOpen) ?? task;
        var files = work.Url($"risks/files?kind=Task&id={done.Id}");
        await browser.PostAsync(files, new() { ["Input.Kind"] = "Task", ["Input.Id"] = done.Id, ["Input.EffectiveOn"] = "2026-01-31", ["Input.Note"] = "Signed minutes" }, files: [("Input.File", "Minutes.txt", "It works"u8.ToArray())]);
        const string Sector = "id,title,guidance\nA.5.38,Report outages to the regulator,Within an hour.\nA.7.15,Pump rooms locked,\n";
        await work.RunAsync(s => s.GetRequiredService<ICatalogueImport>().ImportAsync(Bytes(Sector), new("regulator.csv", Extends: "iso27001-2022-annex-a"), CancellationToken.None));
        var kept = (await work.QueryAsync<Risks.Catalogues.ImportedCatalogue>())[0];
        var catalogue = await UploadAsync(work, Sector + "A.7.15,Twice,\n");
        var plans = await PlansAsync(work);
        var change = await ChangesAsync(work);
        await MethodologiesAsync(work, browser);
        return
        [
            "search?q=head office", $"risks/plan/compare?from={plans[0]}&to={plans[1]}", $"risks/exercises/swap/factors?id={change}", $"risks/exercises/swap/levels?id={change}", $"risks/exercises/swap/preview?id={change}", "risks/register/confirm?f.carried=yes",
            $"risks/files?kind=Task&id={done.Id}", $"risks/plan/reopen?id={done.Id}", "organisation/people/queue", "risks/plan/handover", $"risks/plan/delay?id={task.Id}", $"risks/plan/verify?id={task.Id}", "risks/soa/takeover", "risks/soa/edition", "risks/soa/edition?to=iso27001-2013-annex-a", "risks/soa/references", "risks/catalogue?f.catalogue=iso27011-2016", "risks/catalogue/compare?from=iso27001-2005-annex-a&to=iso27001-2022-annex-a", $"risks/catalogue/import?file={catalogue}&name=water.csv&extends=iso27001-2022-annex-a", $"risks/catalogue/remove?id={kept.Id}", "risks/soa/decidemany?k=iso27001-2022-annex-a%2FA.5.1",
            $"risks/assets/move?ids={asset.Id}", $"risks/assets/reassign?ids={asset.Id}",
            $"risks/assets/import/columns?file={wrong}&name=more.csv", $"risks/assets/import/check?file={wrong}&name=more.csv&m.key=0&m.name=1&m.type=2&m.owner=3", $"risks/assets/import/check?file={right}&name=more.csv&m.key=0&m.name=1&m.type=2&m.owner=3",
        ];
    }

    /// <summary>A methodology of the workspace's own in two states, and a check of all assessments that found something.</summary>
    private static async Task MethodologiesAsync(TestWorkspace work, TestBrowser browser)
    {
        foreach (var (name, publish) in new[] { ("Our four tiers", true), ("Next year's matrix", false) })
        {
            var id = (await work.SendAsync(new Risks.Methodologies.NewModel.Command { Name = name, Start = "4" })).Value;
            if (publish)
                Assert.True((await work.SendAsync(new Risks.Methodologies.EditModel.Publish { Id = id, Seen = 1, Method = Risks.Methodologies.Declarations.Read((await work.FindAsync<Risks.Methodologies.OwnMethodology>(id))!.Draft), Note = "First version" })).Succeeded);
        }

        await work.RunAsync(async s =>
        {
            var session = s.GetRequiredService<Platform.Workspaces.WorkspaceContext>().OpenSession();
            var risk = (await session.QueryAsync<Risks.Register.Risk>(Platform.Store.Query.All.Where("state", Risks.Register.RiskState.Rated).Take(1))).Items[0];
            risk.Current!.Order += 1;
            session.Update(risk, risk.Version, "risk.edit");
            return (await session.SaveAsync()).Value;
        });
        await browser.PostAsync(work.Url("risks/recheck"), []);
        await (work.App.Services.GetRequiredService<Risks.Recheck.RecheckJobs>().Of(work.Workspace.Id)?.Done ?? Task.CompletedTask);
    }

    /// <summary>Trusts a key and hands in a plugin of data that it signed.</summary>
    /// <returns>The page that asks whether to install it.</returns>
    public static async Task<string> PluginAsync(TestBrowser browser)
    {
        var folder = Directory.CreateTempSubdirectory("isms-plugin-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "plugin.json"), """{"id":"water-sector","name":"Water sector guide","version":"1.0.0","sdk":"1.0","kind":"catalogue","licence":"CC-BY-4.0","source":"Water regulator, 2026"}""");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "catalogue.json"), """{"id":"water-sector","edition":"2026","name":"Water sector guide","kind":"sectorGuide","extends":"iso27001-2022-annex-a","source":"Water regulator, 2026","items":[{"id":"W.1","kind":"control","title":"Manual operation of pumps"}]}""");
        using var zip = new MemoryStream();
        Assert.True(PluginPacker.Pack(folder.FullName, zip).Succeeded);
        var (secret, known) = SigningKey.Create();
        Assert.True(PluginPacker.SignFile(zip, secret).Succeeded);
        folder.Delete(recursive: true);
        await browser.PostAsync("/admin/plugins/keys", new() { ["Input.Name"] = "Water regulator", ["Input.PublicKey"] = known });
        return (await browser.PostAsync("/admin/plugins/install", [], files: [("Input.File", "water-sector.zip", zip.ToArray())])).Location!;
    }

    /// <summary>Two revisions of a plan, as if they had been submitted.</summary>
    private static async Task<string[]> PlansAsync(TestWorkspace work)
    {
        var exercise = (await work.QueryAsync<Exercise>())[0];
        FrozenRisk Risk(string title, decimal cost) => new("01ARZ3NDEKTSV4RRFFQ69G5FAV", "RISK-0001", title, null, "high", "modify", [], "low", false, null, cost, null);
        PlanRevision[] revisions =
        [
            new() { ExerciseId = exercise.Id, Number = 1, Reference = "RTP-R01", State = Risks.Soa.RevisionState.Superseded, ChangeNote = "First plan", Risks = [Risk("Fire stops the servers", 1000)] },
            new() { ExerciseId = exercise.Id, Number = 2, Reference = "RTP-R02", State = Risks.Soa.RevisionState.SentBack, ChangeNote = "Dearer", Risks = [Risk("Fire stops the servers", 4000)] },
        ];
        await work.RunAsync(async s =>
        {
            var session = s.GetRequiredService<WorkspaceContext>().OpenSession();
            foreach (var revision in revisions)
                session.Add(revision, "test.add");
            return (await session.SaveAsync()).Value;
        });
        return [.. revisions.Select(r => r.Id)];
    }

    /// <summary>A method changed and another change begun, through the program's own commands.</summary>
    private static async Task<string> ChangesAsync(TestWorkspace work)
    {
        var source = (await work.QueryAsync<Exercise>())[0];
        var done = await BeginAsync("bsi-200-3");
        var preview = (await work.SendAsync(new PreviewModel.Query(done, new() { Path = "", Sort = "move" }, true)))!;
        Assert.True((await work.SendAsync(new PreviewModel.Confirm { Id = done, Seen = preview.Plan.Change.Version, Print = preview.Compared!.All.Print() })).Succeeded);
        return await BeginAsync("nist-800-30-2002");

        async Task<string> BeginAsync(string method)
        {
            var begin = new Risks.Exercises.Swap.IndexModel.Command { SourceId = source.Id, Name = "By " + method, MethodologyId = method, MethodReason = "To see what changes" };
            Assert.True((await work.SendAsync(begin)).Succeeded);
            var plan = (await work.SendAsync(new FactorsModel.Query(begin.Id, null)))!;
            Assert.True((await work.SendAsync(new FactorsModel.Command { Id = begin.Id, Seen = plan.Change.Version })).Succeeded);
            Assert.True((await work.SendAsync(LevelsModel.Command.From((await work.SendAsync(new LevelsModel.Query(begin.Id)))!))).Succeeded);
            return begin.Id;
        }
    }

    private static async Task<string> UploadAsync(TestWorkspace work, string csv) => (await work.RunAsync(s => s.GetRequiredService<Uploads>().PutAsync(Bytes(csv), CancellationToken.None))).Value;

    private static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));
}
