using System.Net;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Treat = IsmsModular.Risks.Treatment.EditModel;

namespace IsmsModular.Tests.Risks;

/// <summary>A workspace with people, a valued asset group and a running exercise by the 5 by 5 matrix, reached through the program's own commands.</summary>
internal sealed class RiskDesk
{
    public const string Threat = "threats-iso27005/T1.1";
    public const string ThreatClass = "threats-iso27005/T1";

    public required TestWorkspace Home { get; init; }

    public required TestMember Analyst { get; init; }

    public required TestMember Owner { get; init; }

    public required AssetGroup Group { get; init; }

    public required Asset Asset { get; init; }

    public string ExerciseId { get; private set; } = "";

    public static async Task<RiskDesk> OpenAsync(IsmsApp app, bool start = true)
    {
        var home = await app.NewWorkspaceAsync();
        var analyst = await home.MemberAsync("Risk Analyst", Role.LeadTeam);
        var owner = await home.MemberAsync("Head of ICT", Role.RiskOwner);
        var group = new AssetGroup { Name = "Servers", Reference = "GRP-01", Valuation = Value(3, 5, 4) };
        var asset = new Asset { Name = "Historian", Reference = "ASSET-0001", GroupId = group.Id, Valuation = Value(2, 4, 4) };
        await home.RunAsync(async s =>
        {
            var session = s.GetRequiredService<WorkspaceContext>().OpenSession();
            session.Add(group, "group.add");
            session.Add(asset, "asset.add");
            return (await session.SaveAsync()).Value;
        });
        var desk = new RiskDesk { Home = home, Analyst = analyst, Owner = owner, Group = group, Asset = asset };
        await desk.PlanAsync();
        if (start)
            Ok(await home.SendAsync(new IsmsModular.Risks.Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, analyst));
        return desk;
    }

    /// <summary>Plans an exercise: very low and low may be retained, medium by exception, the rest is treated.</summary>
    public async Task<string> PlanAsync(string? predecessor = null, string methodology = "matrix")
    {
        var command = new IsmsModular.Risks.Exercises.EditModel.Command { Name = "Yearly", MethodologyId = methodology, PredecessorId = predecessor, ExceptionMonths = 12 };
        foreach (var (level, handling) in new[] { ("very-low", Handling.Acceptable), ("low", Handling.Acceptable), ("medium", Handling.ByException) })
            command.Handling[level] = handling;
        Ok(await Home.SendAsync(command, Analyst));
        return ExerciseId = command.Id;
    }

    /// <summary>The form of a complete risk.</summary>
    public IsmsModular.Risks.Register.EditModel.Command Described(string title = "Fire stops the servers") => new()
    {
        ExerciseId = ExerciseId,
        Title = title,
        GroupIds = [Group.Id],
        Threat = Threat,
        VulnerabilityWords = "No detection in the room",
        HarmsA = true,
        OwnerId = Owner.PersonId,
    };

    /// <summary>Adds a complete risk, not rated yet.</summary>
    public async Task<Risk> AddAsync(string title = "Fire stops the servers")
    {
        var command = Described(title);
        Ok(await Home.SendAsync(command, Analyst));
        return await RiskAsync(command.Id);
    }

    /// <summary>Adds a risk and rates it; values are keys of tiers.</summary>
    public async Task<Risk> RatedAsync(string likelihood, string impact, string title = "Fire stops the servers")
    {
        var risk = await AddAsync(title);
        Ok(await RateAsync(risk, RatingKind.Current, likelihood, impact));
        return await RiskAsync(risk.Id);
    }

    public Task<Result<bool>> RateAsync(Risk risk, RatingKind which, string likelihood, string impact, TestMember? by = null) => Home.SendAsync(Rating(risk, which, likelihood, impact), by ?? Analyst);

    public static RateModel.Command Rating(Risk risk, RatingKind which, string? likelihood, string? impact) => new()
    {
        Id = risk.Id,
        Seen = risk.Version,
        Which = which,
        Values = { ["likelihood"] = likelihood, ["impact"] = impact },
        Reasons = { ["likelihood"] = "Twice in five years", ["impact"] = "A day without service" },
        Sources = { ["likelihood"] = "Incident log", ["impact"] = "Interview" },
        EvaluatedOn = which == RatingKind.Achieved ? new DateOnly(2025, 1, 1) : null,
    };

    /// <summary>The form of a decision to modify.</summary>
    public static Treat.Command Decision(Risk risk, TreatmentOption option = TreatmentOption.Modify) => new()
    {
        Id = risk.Id,
        Seen = risk.Version,
        Option = option,
        Reason = "Cheaper than a stop",
        Controls = option == TreatmentOption.Modify ? ["iso27001-2022-annex-a/A.8.13"] : [],
    };

    public async Task<Risk> RiskAsync(string id) => (await Home.FindAsync<Risk>(id))!;

    public async Task<Exercise> ExerciseAsync() => (await Home.FindAsync<Exercise>(ExerciseId))!;

    /// <summary>Changes a stored document as the harness, past the forms.</summary>
    public Task<LogHead> PutAsync<T>(T document)
        where T : Document => Home.RunAsync(async s =>
        {
            var session = s.GetRequiredService<WorkspaceContext>().OpenSession();
            if (document.Version == 0)
                session.Add(document, "test.add");
            else
                session.Update(document, document.Version, "test.edit");
            return (await session.SaveAsync()).Value;
        });

    public static Valuation Value(int c, int i, int a) => new() { C = new(c, "because"), I = new(i, "because"), A = new(a, "because") };

    public static T Ok<T>(Result<T> result)
    {
        Assert.True(result.Succeeded, string.Join("; ", result.Errors.Select(e => $"{e.Field}: {e.Message}")));
        return result.Value;
    }

    /// <summary>Expects a refusal with this message.</summary>
    public static Error Refused<T>(string message, Result<T> result)
    {
        Assert.False(result.Succeeded, "Was not refused.");
        return Assert.Single(result.Errors, e => e.Message == message);
    }

    public static void Is(HttpStatusCode expected, TestPage page) => Assert.True(expected == page.Status, $"{(int)page.Status}: {page.Text}");
}
