using System.Text.Json.Nodes;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Hosting;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.Extensions.FileProviders;
using SubmitPlan = IsmsModular.Risks.Plan.SubmitModel.Command;
using SubmitStatement = IsmsModular.Risks.Soa.SubmitModel.Command;

namespace IsmsModular.Web.Samples;

/// <summary>Builds the sample organisation with the program's own commands, each sent by the person who would send it, on the day on which it happened.</summary>
internal sealed class SampleOrganisation : ISampleBuilder
{
    public Task BuildAsync(SampleRun run, CancellationToken cancellationToken) =>
        new Story(run, SampleData.Read(new ManifestEmbeddedFileProvider(typeof(SampleOrganisation).Assembly, "content")), cancellationToken).TellAsync();

    private sealed class Story
    {
        private const string Officer = "ISMS Officer";
        private const string Ciso = "CISO";
        private const string Chief = "Chief Executive";
        private static readonly string[] Tiers = ["very-low", "low", "medium", "high", "very-high"];

        private readonly SampleRun run;
        private readonly SampleData data;
        private readonly CancellationToken cancellationToken;
        private readonly TimeZoneInfo zone;
        private readonly DateOnly today;
        private readonly Dictionary<string, string> people = [];
        private readonly Dictionary<string, string> accounts = [];
        private readonly Dictionary<string, string> groups = [];
        private readonly Dictionary<string, string> assets = [];
        private readonly Dictionary<string, string> exercises = [];
        private readonly Dictionary<string, string> risks = [];
        private readonly Dictionary<string, string> tasks = [];
        private readonly Dictionary<string, long> decisions = new(StringComparer.Ordinal);
        private string slug = "";

        public Story(SampleRun run, SampleData data, CancellationToken cancellationToken)
        {
            (this.run, this.data, this.cancellationToken) = (run, data, cancellationToken);
            zone = TimeZoneInfo.FindSystemTimeZoneById(data.Organisation.TimeZone);
            today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), zone).DateTime);
        }

        public async Task TellAsync()
        {
            Languages.Speak("en");
            At(-440);
            await FoundAsync();
            At(-435);
            await InventoryAsync();
            await FirstExerciseAsync();
            await SecondExerciseAsync();
            await ControlsAsync();
            await TreatAsync();
            await StatementAndPlanAsync();
            await YearAsync();
        }

        /// <summary>Workspace, people and the accounts of the roles that sign in.</summary>
        private async Task FoundAsync()
        {
            var o = data.Organisation;
            await AsConsole(new AddAccount.Command("admin", "System Administrator", true, run.Password));
            foreach (var person in data.People.Where(p => p.Account is not null))
                accounts[person.Name] = (await AsConsole(new AddAccount.Command(person.Account!, person.Name, false, run.Password))).Id;
            var workspace = await AsConsole(new CreateWorkspace.Command(o.Name, o.Slug, accounts[Ciso], o.TimeZone, o.Currency, o.Language));
            slug = workspace.Slug;
            await In(Ciso, async services =>
            {
                var book = services.GetRequiredService<IPeople>();
                var mediator = services.GetRequiredService<IMediator>();
                foreach (var person in data.People)
                {
                    var known = await book.FindByNameAsync(person.Name, cancellationToken);
                    var command = new Organisation.People.EditPage.Command { Name = person.Name, Unit = person.Unit, Roles = person.Roles, Seen = known is null ? 0 : await SeenAsync(services, known.Id) };
                    if (known is not null)
                        command.Id = known.Id;
                    people[person.Name] = Good(await mediator.Send(command, cancellationToken), person.Name);
                }

                var system = services.GetRequiredService<SystemDirectory>();
                Good(await mediator.Send(new Pages.InWorkspace.Settings.Command { Name = o.Name, TimeZone = o.TimeZone, Currency = o.Currency, Language = o.Language, Catalogue = o.Catalogue, Methodology = o.Methodology, Seen = (await system.WorkspaceAsync(slug, cancellationToken))!.Version }, cancellationToken), "settings");
                return true;
            });
            foreach (var person in data.People.Where(p => p.Account is not null))
                await AsConsole(new SetMembership.Command(workspace.Id, accounts[person.Name], person.Name == Ciso ? [.. person.Roles, Role.WorkspaceAdministrator] : person.Roles, people[person.Name]));
        }

        private async Task InventoryAsync()
        {
            foreach (var g in data.Assets.Groups)
            {
                groups[g.Code] = await Send(Officer, new Risks.Groups.AddModel.Command { Name = g.Name, Type = g.Type, Criteria = g.Criteria, OwnerId = people[g.Owner] });
                if (g.Cia is { } cia)
                    await Send(Officer, Fill(new Risks.Groups.ValueModel.Command { Id = groups[g.Code], Seen = 1 }, cia, g.Owner));
            }

            foreach (var asset in data.Assets.Assets.Where(a => a.AddedOn is null))
                await AddAssetAsync(asset);
        }

        private async Task AddAssetAsync(SampleAsset a)
        {
            var id = assets[a.Key] = await Send(Officer, new Risks.Assets.AddModel.Command
            {
                Name = a.Name, Type = a.Type, Kind = a.Kind, GroupId = groups[a.Group], UnlikeAccepted = true, Units = a.Units, OwnerId = people[a.Owner], CustodianId = people[a.Custodian], Classification = a.Classification,
                PersonalData = a.PersonalData ? "yes" : "no", Site = a.Site, Supplier = a.Supplier, Contract = a.Contract, Users = a.Users, Identifier = a.Identifier, IdentifierMissingBecause = a.IdentifierMissingBecause, IdentifierNextChance = Day(a.IdentifierNextChance),
                State = a.State, SourceSystem = "Inventory of the lead team", SourceKey = a.Key, SupportsIds = [.. a.Supports.Select(s => assets[s])], ScopeReason = "Within the scope statement",
            });
            var inherits = data.Assets.Groups.Find(g => g.Code == a.Group)!.Cia is not null;
            await Send(Officer, Fill(new Risks.Assets.ValueModel.Command { Id = id, Seen = 1, UnlikeAccepted = true, InheritedFromId = inherits ? groups[a.Group] : null }, a.Cia, a.Owner));
        }

        private T Fill<T>(T command, int[] cia, string owner)
            where T : Risks.Assets.ValueModel.Fields
        {
            (command.C, command.I, command.A) = (cia[0], cia[1], cia[2]);
            (command.CReason, command.IReason, command.AReason) = (Why("C", cia[0]), Why("I", cia[1]), Why("A", cia[2]));
            command.On = Now;
            command.Participants = [new() { PersonId = people[owner], Role = "Owner" }, new() { PersonId = people[Officer], Role = "Moderator" }];
            return command;
        }

        private string Why(string criterion, int tier) => data.Assets.ValueReasons[criterion][tier];

        private async Task FirstExerciseAsync()
        {
            var e = data.Risks.Exercises[0];
            await OpenAsync(e);
            At(e.Freeze + 5);
            foreach (var r in data.Risks.Risks.Where(r => r.Before is not null))
            {
                var id = await DescribeAsync(e, r);
                await RateAsync(id, RatingKind.Current, r.Before!.Likelihood, r.Before.Impact, r.Before.Reason, r.ImpactReason, r.Source);
                risks["before " + r.Code] = id;
            }

            At(e.Close!.Value);
            await Send(Officer, new Risks.Exercises.DetailModel.Close { Id = exercises[e.Code], Seen = await SeenAsync(exercises[e.Code]) });
        }

        private async Task SecondExerciseAsync()
        {
            var e = data.Risks.Exercises[1];
            await OpenAsync(e);
            At(e.Freeze + 1);
            await Send(Officer, new Risks.Exercises.DetailModel.Carry { Id = exercises[e.Code] });
            var carried = await LoggedAsync("risk.carry");
            foreach (var r in data.Risks.Risks.Where(r => r.Before is not null))
                risks[r.Code] = carried.First(c => c.Data["predecessorId"]!.GetValue<string>() == risks["before " + r.Code]).Id;
            At(e.Freeze + 8, 10);
            foreach (var r in data.Risks.Risks)
            {
                if (r.Before is null)
                    risks[r.Code] = await DescribeAsync(e, r);
                await RateAsync(risks[r.Code], RatingKind.Current, r.Likelihood, r.Impact, r.LikelihoodReason, r.ImpactReason, r.Source);
            }

            foreach (var draft in data.Risks.Drafts)
                await Send(Officer, new Risks.Register.EditModel.Command { ExerciseId = exercises[e.Code], Title = draft.Title, GroupIds = [.. draft.Groups.Select(g => groups[g])], OwnerId = draft.Owner is null ? null : people[draft.Owner] });
            foreach (var (cell, group) in data.Risks.Coverage.SelectMany(c => c.Groups.Select(g => (c, g))))
                await Send(Officer, new Risks.Exercises.CoveragePage.Command { Id = exercises[e.Code], Group = groups[group], Threats = cell.Class, State = cell.State, Reason = cell.Reason });
            var d = data.Risks.Dismissed;
            var dismissed = new Risks.Register.EditModel.Command { ExerciseId = exercises[e.Code], Title = d.Title, GroupIds = [.. d.Groups.Select(g => groups[g])], Threat = d.Threat, Vulnerability = d.Vulnerability, HarmsA = true, OwnerId = people[d.Owner] };
            await Send(Officer, dismissed);
            await Send(Officer, new Risks.Register.DetailModel.Dismiss { Id = dismissed.Id, Seen = 1, DismissedBecause = d.Reason });
        }

        private async Task OpenAsync(SampleExercise e)
        {
            At(e.Start);
            var command = new Risks.Exercises.EditModel.Command
            {
                Name = e.Name, ScopePart = e.ScopePart, Trigger = e.Trigger, TriggerNote = e.TriggerNote, StartOn = Day(e.Start), EndOn = Day(e.End), ParticipantIds = [.. e.Participants.Select(p => people[p])], MethodologyId = data.Organisation.Methodology,
                Parameters = Anchored(e), MethodReason = e.MethodReason, CriteriaNote = e.CriteriaNote, ExceptionMonths = e.ExceptionMonths, PredecessorId = e.Predecessor is null ? null : exercises[e.Predecessor],
                Handling = Tiers.ToDictionary(t => t, t => e.Acceptable.Contains(t) ? Handling.Acceptable : e.ByException.Contains(t) ? Handling.ByException : Handling.MustTreat),
            };
            exercises[e.Code] = await Send(Officer, command);
            At(e.Freeze);
            await Send(Officer, new Risks.Exercises.DetailModel.Start { Id = command.Id, Seen = 1 });
            await Send(Officer, new Risks.Exercises.DetailModel.SubmitCriteria { Id = command.Id, Seen = await SeenAsync(command.Id) });
            At(e.Freeze, 16);
            await DecideAsync(Chief, "criteria", DecisionOutcome.Approved, null);
        }

        /// <summary>The method's default matrix with the organisation's own anchor texts.</summary>
        private string Anchored(SampleExercise e)
        {
            var parameters = run.Services.GetRequiredService<IPluginCatalog>().Methodology(data.Organisation.Methodology)!.DefaultParameters;
            foreach (var (axis, anchors) in new[] { ("rows", e.Likelihood), ("cols", e.Impact) })
                for (var i = 0; i < anchors.Count; i++)
                    parameters[axis]![i]!["anchor"] = anchors[i];
            return parameters.ToJsonString();
        }

        private async Task<string> DescribeAsync(SampleExercise e, SampleRisk r)
        {
            var command = new Risks.Register.EditModel.Command
            {
                ExerciseId = exercises[e.Code], Title = r.Title, GroupIds = [.. r.Groups.Select(g => groups[g])], Threat = r.Threat, Vulnerability = r.Vulnerability, HarmsC = r.Harms.Contains('C'), HarmsI = r.Harms.Contains('I'), HarmsA = r.Harms.Contains('A'),
                Event = r.Event, Consequence = r.Consequence, ConsequenceKinds = r.Kinds, Service = r.Service, OwnerId = people[r.Owner], Duty = r.Duty, DutySource = r.DutySource,
                ExistingControls = [.. r.Existing.Select(c => new Risks.Register.EditModel.ControlRow { Name = c.Name, Works = c.Works, Effect = c.Effect })],
            };
            await Send(Officer, command);
            return command.Id;
        }

        private async Task RateAsync(string id, RatingKind which, int likelihood, int impact, string likelihoodReason, string impactReason, string source) => await Send(Officer, new Risks.Register.RateModel.Command
        {
            Id = id, Seen = await SeenAsync(id), Which = which,
            Values = new() { ["likelihood"] = Tiers[likelihood - 1], ["impact"] = Tiers[impact - 1] },
            Reasons = new() { ["likelihood"] = likelihoodReason, ["impact"] = impactReason },
            Sources = new() { ["likelihood"] = source, ["impact"] = source },
        });

        private async Task ControlsAsync()
        {
            At(-98);
            foreach (var own in data.Controls.Own)
            {
                await Send(Officer, new Risks.Controls.OwnModel.Command { Title = own.Title, Description = own.Description, Purpose = own.Purpose });
                await ImplementAsync($"own/{own.Ref}", own.Title, own.Owner, own.Status, own.Status == SoaStatus.InPlace);
            }

            foreach (var c in data.Controls.Controls)
                await ImplementAsync(Key(c.Id), c.Implementation, c.Owner, c.Status, c.Evidence);
        }

        private async Task ImplementAsync(string key, string name, string owner, SoaStatus status, bool evidence)
        {
            var command = new Risks.Controls.EditModel.Command
            {
                ControlKey = key, Name = name, OwnerId = people[owner], OperatorId = people[owner], Kind = KindOf(key),
                State = status switch { SoaStatus.InPlace => ImplementationState.InPlace, SoaStatus.Partly => ImplementationState.Partly, _ => ImplementationState.Planned },
                ActualOn = status == SoaStatus.InPlace ? Day(-300) : null, PlannedOn = status == SoaStatus.InPlace ? null : Day(150), TestEveryDays = status == SoaStatus.InPlace ? 365 : null,
            };
            await Send(Officer, command);
            if (status == SoaStatus.InPlace && evidence)
                await Send(Officer, new Risks.Controls.DetailModel.AddEvidence { Id = command.Id, Seen = 1, Title = "Record of the yearly check", EffectiveOn = Day(-120), Where = "Document store, folder of the owner" });
        }

        private static ControlKind KindOf(string key) => key.Split('/')[1] switch
        {
            var id when id.StartsWith("A.12.4", StringComparison.Ordinal) || id.StartsWith("A.18.2", StringComparison.Ordinal) || id is "A.16.1.2" or "A.16.1.3" or "A.9.2.5" => ControlKind.Detect,
            var id when id.StartsWith("A.17", StringComparison.Ordinal) || id.StartsWith("A.16", StringComparison.Ordinal) || id is "A.12.3.1" or "OWN-02" => ControlKind.Correct,
            _ => ControlKind.Prevent,
        };

        private async Task TreatAsync()
        {
            At(-92);
            var references = (await LoggedAsync("risk.add")).ToDictionary(r => r.Id, r => r.Data["reference"]!.GetValue<string>());
            foreach (var r in data.Risks.Risks)
                await TreatAsync(r, r.CostOnce, references);
        }

        private async Task TreatAsync(SampleRisk r, decimal? costOnce, Dictionary<string, string> references)
        {
            await Send(Officer, new Risks.Treatment.EditModel.Command
            {
                Id = risks[r.Code], Seen = await SeenAsync(risks[r.Code]), Option = r.Option, Reason = r.Reason, Controls = [.. r.Controls.Concat(r.Keeps).Select(Key)],
                ByException = r.Exception, ExceptionReason = r.ExceptionReason, ExceptionUntil = Day(r.ExceptionUntil),
                GivenUp = r.GivenUp, SharedWith = r.SharedWith, NewRisks = r.NewRisks, NewRiskRefs = string.Join(", ", r.NewRiskCodes.Select(c => references[risks[c]])),
                CostOnce = costOnce * 1000, CostYearly = r.CostYearly * 1000, Benefit = r.Benefit, ReviewOn = Day(r.Review ?? 240),
            });
            if (r.Option != TreatmentOption.Retain)
                await RateAsync(risks[r.Code], RatingKind.Target, r.TargetLikelihood, r.TargetImpact, "What the controls are meant to do: " + r.Benefit, r.TargetImpact < r.Impact ? "The controls limit what can be reached" : "Controls do not change what is at stake", "Plan");
        }

        /// <summary>First revisions are sent back, second ones approved.</summary>
        private async Task StatementAndPlanAsync()
        {
            var (c, p) = (data.Controls, data.Plan);
            At(-88);
            foreach (var alike in c.Controls.Where(x => c.Refused.TrueForAll(r => r.Id != x.Id)).GroupBy(x => (x.Reason, x.Status, x.Words)))
                await IncludeAsync([.. alike.Select(x => Key(x.Id))], alike.Key.Reason, alike.Key.Status, alike.Key.Words);
            foreach (var own in c.Own)
                await IncludeAsync([$"own/{own.Ref}"], own.Reason, own.Status, own.Words);
            foreach (var x in c.Excluded)
                await ExcludeAsync(x.Id, x.Reason, x.Reopen, x.ConfirmedBy, x.ConfirmedOn);
            foreach (var refused in c.Refused)
                await ExcludeAsync(refused.Id, refused.Proposal, "The facts change", Officer, -89);
            At(-86);
            await Send(Officer, new SubmitStatement { ScopeStatement = data.Organisation.Scope, ChangeNote = c.ChangeNote1 });
            At(-84);
            await DecideAsync(Chief, "soa", DecisionOutcome.SentBack, "Six exclusions do not hold: " + string.Join("; ", c.Refused.Select(r => $"{r.Id} – {r.Answer}")));

            At(-80);
            foreach (var t in p.Tasks)
            {
                tasks[t.Code] = Document.NewId();
                await Send(Officer, TaskOf(t, t.Risks.Contains("R09") ? null : t.CostOnce * 1000, 0));
            }

            At(p.Submitted1);
            await Send(Officer, new SubmitPlan { ChangeNote = p.ChangeNote1 });
            At(p.SentBack);
            await DecideAsync(Chief, "plan", DecisionOutcome.SentBack, p.SentBackComment);

            At(p.Submitted2 - 3);
            foreach (var x in c.Controls.Where(x => c.Refused.Exists(r => r.Id == x.Id)))
                await IncludeAsync([Key(x.Id)], x.Reason, x.Status, x.Words);
            foreach (var t in p.Tasks.Where(t => t.Risks.Contains("R09")))
                await Send(Officer, TaskOf(t, t.CostOnce * 1000, await SeenAsync(tasks[t.Code])));
            At(p.Submitted2);
            await Send(Officer, new SubmitStatement { ScopeStatement = data.Organisation.Scope, ChangeNote = c.ChangeNote2 });
            await Send(Officer, new SubmitPlan { ChangeNote = p.ChangeNote2 });
            At(p.Approved - 1);
            foreach (var owner in data.Risks.Risks.Select(r => r.Owner).Distinct())
                await DecideAsync(owner, "plan", DecisionOutcome.Approved, null);
            At(p.Approved);
            await DecideAsync(Chief, "soa", DecisionOutcome.Approved, null);
            await DecideAsync(Chief, "plan", DecisionOutcome.Approved, null);
        }

        private Risks.Plan.EditModel.Command TaskOf(SampleTask t, decimal? costOnce, long seen) => new()
        {
            Id = tasks[t.Code], Seen = seen, Title = t.Title, Deliverable = t.Title, RiskIds = [.. t.Risks.Select(r => risks[r])], ControlKeys = [.. t.Controls.Select(Key)], ResponsibleId = people[t.Responsible],
            AccountableId = people[data.Risks.Risks.Find(r => r.Code == t.Risks[0])!.Owner], Resources = t.Resources, CostOnce = costOnce, CostYearly = t.CostYearly * 1000, BudgetApproved = costOnce > 0,
            Priority = t.Priority, PriorityReason = t.Priority == TaskPriority.High ? "High risk, or quick to do" : null, StartOn = Day(Math.Min(-80, t.Due - 20)), DueOn = Day(t.Due), RepeatsEveryDays = t.RepeatsEvery,
        };

        private async Task IncludeAsync(List<string> keys, SoaReasonKind reason, SoaStatus status, string? words) => await Send(Officer, new DecideManyModel.Command
        {
            Keys = keys, Seen = Seen(keys), Decision = SoaDecision.Included, Kinds = [reason], Status = status,
            LawWords = reason == SoaReasonKind.Law ? words : null, ContractWords = reason == SoaReasonKind.Contract ? words : null, BusinessWords = reason == SoaReasonKind.Business ? words : null, PracticeWords = reason == SoaReasonKind.GoodPractice ? words : null,
        });

        /// <summary>Versions of the rows: each decision makes one.</summary>
        private List<long> Seen(List<string> keys) => [.. keys.Select(k => (decisions[k] = decisions.GetValueOrDefault(k) + 1) - 1)];

        private async Task ExcludeAsync(string id, string reason, string reopen, string confirmedBy, int confirmedOn) =>
            await Send(Officer, new DecideManyModel.Command { Keys = [Key(id)], Seen = Seen([Key(id)]), Decision = SoaDecision.Excluded, ExclusionReason = reason, ReopenIf = reopen, ConfirmedById = people[confirmedBy], ConfirmedOn = Day(confirmedOn) });

        /// <summary>What happened since the plan was approved, in the order of the days; with the faults that the program points out.</summary>
        private async Task YearAsync()
        {
            var happened = new List<(int Day, Func<Task> Act)>();
            foreach (var t in data.Plan.Tasks)
            {
                if (t.DoneOn is { } done)
                    happened.Add((done, () => ReportAsync(t, 100, true)));
                else if (t.Percent > 0)
                    happened.Add((-14, () => ReportAsync(t, t.Percent, false)));
                if (t.VerifiedOn is { } verified)
                    happened.Add((verified, async () => await Send(t.VerifiedBy!, new VerifyModel.Command { Id = tasks[t.Code], Seen = await SeenAsync(tasks[t.Code]), Effective = true, VerifiedOn = Now, Note = t.VerifiedNote })));
                if (t.Delay is { } delay)
                {
                    happened.Add((delay.AskedOn, async () => await Send(Officer, new DelayModel.Command { Id = tasks[t.Code], Seen = await SeenAsync(tasks[t.Code]), NewDueOn = Day(delay.NewDue), Reason = delay.Reason })));
                    happened.Add((delay.AskedOn + 1, () => DecideAsync(Chief, "delay", DecisionOutcome.Approved, "Agreed once, not twice")));
                }
            }

            foreach (var leaver in data.People.Where(x => x.LeftOn is not null))
                happened.Add((leaver.LeftOn!.Value, async () => await Send(Ciso, new Organisation.People.DetailPage.Leave(people[leaver.Name], Now, await SeenAsync(people[leaver.Name])))));
            foreach (var asset in data.Assets.Assets.Where(a => a.AddedOn is not null))
                happened.Add((asset.AddedOn!.Value, () => AddAssetAsync(asset)));
            happened.Add((-2, ChangeAfterApprovalAsync));
            foreach (var (day, act) in happened.OrderBy(h => h.Day))
            {
                At(day);
                await act();
            }
        }

        /// <summary>A new look at R03 makes its owner's acceptance stale, and a note in the statement makes the draft newer than the issued revision.</summary>
        private async Task ChangeAfterApprovalAsync()
        {
            var r = data.Risks.Risks.Find(x => x.Code == "R03")!;
            await RateAsync(risks["R03"], RatingKind.Current, r.Likelihood, r.Impact, "Two more CPU modules failed this month", r.ImpactReason, "Maintenance records");
            await TreatAsync(r, r.CostOnce + 15, []);
            var x = data.Controls.Excluded[0];
            await ExcludeAsync(x.Id, x.Reason, x.Reopen + ", or the ordering portal is put to use", x.ConfirmedBy, x.ConfirmedOn);
        }

        private async Task ReportAsync(SampleTask t, int percent, bool done) => await Send(Officer, new ProgressModel.Command { Id = tasks[t.Code], Seen = await SeenAsync(tasks[t.Code]), Percent = percent, IsDone = done, DoneOn = done ? Now : null, Evidence = t.Evidence });

        private async Task DecideAsync(string person, string kind, DecisionOutcome outcome, string? comment) => await In(person, async services =>
        {
            var session = services.GetRequiredService<WorkspaceContext>().OpenSession();
            var open = (await session.QueryAsync<Submission>(Query.All.Where("kind", kind).Where("state", SubmissionState.Open).Take(1), cancellationToken)).Items[0];
            var mine = await services.GetRequiredService<ApprovalDesk>().MineAsync(open, cancellationToken);
            return Good(await services.GetRequiredService<IMediator>().Send(new Pages.Inbox.DetailModel.Command { Id = open.Id, Slots = [.. mine.Select(s => s.Key)], Outcome = outcome, Comment = comment }, cancellationToken), $"{kind} by {person}");
        });

        private string Key(string control) => control.StartsWith("OWN", StringComparison.Ordinal) ? $"own/{control}" : $"{data.Organisation.Catalogue}/{control}";

        private DateOnly Now => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(run.Clock.GetUtcNow(), zone).DateTime);

        private DateOnly? Day(int? offset) => offset is { } days ? today.AddDays(days) : null;

        private DateOnly Day(int offset) => today.AddDays(offset);

        private void At(int day, int hour = 9)
        {
            var local = Day(day).ToDateTime(new TimeOnly(hour, 0));
            run.Clock.Set(new DateTimeOffset(local, zone.GetUtcOffset(local)));
        }

        private async Task<T> AsConsole<T>(IRequest<Result<T>> command)
        {
            await using var scope = run.Services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<CurrentUser>().BecomeConsole();
            return Good(await scope.ServiceProvider.GetRequiredService<IMediator>().Send(command, cancellationToken), command.GetType().FullName!);
        }

        private Task<T> Send<T>(string person, IRequest<Result<T>> command) =>
            In(person, async services => Good(await services.GetRequiredService<IMediator>().Send(command, cancellationToken), command.GetType().FullName!));

        /// <summary>Does something signed in as a person.</summary>
        private async Task<T> In<T>(string person, Func<IServiceProvider, Task<T>> act)
        {
            await using var scope = run.Services.CreateAsyncScope();
            var (services, system) = (scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<SystemDirectory>());
            var user = services.GetRequiredService<CurrentUser>();
            var workspace = (await system.WorkspaceAsync(slug, cancellationToken))!;
            user.Become((await system.AccountAsync(accounts[person], cancellationToken))!);
            var membership = (await system.MembershipAsync(accounts[person], workspace.Id, cancellationToken))!;
            services.GetRequiredService<WorkspaceContext>().Enter(workspace, user.Actor, membership.Roles, membership.PersonId);
            return await act(services);
        }

        /// <summary>Version of a record, as its log has it.</summary>
        private Task<long> SeenAsync(string id) => In(Officer, services => SeenAsync(services, id));

        private async Task<long> SeenAsync(IServiceProvider services, string id) => (await services.GetRequiredService<WorkspaceContext>().OpenSession().HistoryAsync(id, cancellationToken))[0].Version;

        /// <summary>Records that an action left in the log.</summary>
        private Task<List<(string Id, JsonObject Data)>> LoggedAsync(string action) => In(Officer, async services =>
            (await services.GetRequiredService<WorkspaceContext>().OpenSession().ActivityAsync(new(Action: action, Size: 500), cancellationToken)).Entries.Select(e => (e.DocumentId!, JsonNode.Parse(e.Data!)!.AsObject())).ToList());

        private static T Good<T>(Result<T> result, string what) => result.Succeeded
            ? result.Value
            : throw new InvalidOperationException($"The sample cannot be built: {what}: {string.Join("; ", result.Errors.Select(e => $"{e.Field} {e.Message} {string.Join(", ", e.Arguments)}"))}");
    }
}
