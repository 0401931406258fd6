using IsmsModular.Tests.App;

namespace IsmsModular.BrowserTests.Pages;

/// <summary>Fills a workspace so that every page has something to show.</summary>
internal static class SampleRecords
{
    public static Task AddAsync(TestWorkspace work) => Task.CompletedTask;
}
