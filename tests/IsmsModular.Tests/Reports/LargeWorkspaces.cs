using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Reports;

public sealed class LargeWorkspaces(IsmsApp app)
{
    [Fact]
    public async Task Are_alike_when_made_from_one_seed()
    {
        var (one, other) = (await Make(7), await Make(7));
        Assert.Equal(await Titles(one), await Titles(other));
        Assert.NotEqual(await Titles(one), await Titles(await Make(8)));
    }

    [Fact]
    public async Task Have_the_records_that_were_asked_for_and_a_sound_log()
    {
        var work = await Make(7);
        Assert.Equal(120, await work.RunAsync(s => s.GetRequiredService<WorkspaceContext>().OpenSession().CountAsync<Asset>(Query.All)));
        Assert.Equal(150, await work.RunAsync(s => s.GetRequiredService<WorkspaceContext>().OpenSession().CountAsync<Risk>(Query.All)));
        var verified = await app.Services.GetRequiredService<IStoreDirectory>().Workspace(work.Workspace.Id).VerifyAsync(TestContext.Current.CancellationToken);
        Assert.True(verified.Sound, string.Join("; ", verified.Findings));
    }

    private async Task<TestWorkspace> Make(int seed)
    {
        var work = await app.NewWorkspaceAsync();
        var written = await work.RunAsync(s => s.GetRequiredService<ILargeSample>().GenerateAsync(120, 150, seed, null, TestContext.Current.CancellationToken));
        Assert.True(written > 270);
        return work;
    }

    private static async Task<IEnumerable<string>> Titles(TestWorkspace work) => (await work.QueryAsync<Risk>(Query.All.OrderBy("ref"))).Select(r => $"{r.Id} {r.Reference} {r.Title} {r.Current?.Level}");
}
