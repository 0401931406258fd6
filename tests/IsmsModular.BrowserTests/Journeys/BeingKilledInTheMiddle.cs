using System.Text;
using System.Text.RegularExpressions;
using IsmsModular.Tests.App;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IsmsModular.BrowserTests.Journeys;

/// <summary>The power goes while somebody imports assets: after the next start all of them are there or none, nobody has to sign in again, and the import goes on where it stood.</summary>
public sealed class BeingKilledInTheMiddle(Chromium chromium)
{
    private const int Rows = 5000;

    [Fact]
    public Task Leaves_all_of_the_import_or_nothing() => chromium.WalkAsync(nameof(BeingKilledInTheMiddle), async () =>
    {
        using var program = new RealProgram();
        await RunAsync(program, "workspace", "create", "Acme");
        await File.WriteAllTextAsync(Path.Combine(program.Folder, "password.txt"), IsmsApp.Password, TestContext.Current.CancellationToken);
        await RunAsync(program, "user", "add", "ciso@acme.example", "--name", "Ciso", "--workspace", "acme", "--role", "Ciso", "--password-file", "password.txt");
        await program.ServeAsync();
        var page = await chromium.SignInAsync(program.Address, "ciso@acme.example");

        // As soon as the request is on its way; as soon as the import is being written.
        foreach (var whenWritten in (bool[])[false, true])
        {
            if (await CountAsync(page) > 0)
                break;
            await CheckAsync(page);
            var check = page.Url;
            var before = WrittenTo(program);
            var sent = page.WaitForRequestAsync(r => r.Method == "POST");
            var click = page.SendAsync();
            await sent;
            while (whenWritten && !click.IsCompleted && WrittenTo(program) == before)
                await Task.Yield();
            await program.KillAsync();
            await CutOffAsync(click);

            await program.ServeAsync();
            Assert.Contains(await CountAsync(page), new[] { 0, Rows });
            await RunAsync(program, "verify");
            await page.GotoAsync(check);
            await Expect(page.Locator("main .figure-number").Filter(new() { HasText = "5,000" })).ToHaveCountAsync(1);
        }

        await CheckAsync(page);
        if (await page.Locator("#confirm").CountAsync() > 0)
            await page.SendAsync();
        await Expect(page).Not.ToHaveURLAsync(new Regex("import"));
        Assert.Equal(Rows, await CountAsync(page));
    });

    /// <summary>Chooses the file and its columns, up to the page that asks whether to import.</summary>
    private static async Task CheckAsync(IPage page)
    {
        var csv = new StringBuilder("Name,Type,Key\n");
        for (var row = 0; row < Rows; row++)
            csv.Append("Pump ").Append(row).Append(",Physical,K").Append(row).Append('\n');
        await page.GotoAsync("/w/acme/risks/assets/import");
        await page.Locator("main input[type=file]").SetInputFilesAsync(new FilePayload { Name = "assets.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(csv.ToString()) });
        await page.SendAsync();
        await page.Locator("main form .form-actions button").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("import/check"));
    }

    /// <summary>How many assets the list counts.</summary>
    private static async Task<int> CountAsync(IPage page)
    {
        await page.GotoAsync("/w/acme/risks/assets");
        await Expect(page.Locator("h1")).ToBeVisibleAsync();
        if (await page.Locator("main .empty-state").CountAsync() > 0)
            return 0;
        var words = await page.Locator(".list-count").First.InnerTextAsync();
        return int.Parse(Regex.Match(words.Replace(",", "", StringComparison.Ordinal), @"\d+").Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Length and last change of the store's files.</summary>
    private static string WrittenTo(RealProgram program) =>
        string.Join(' ', Directory.EnumerateFiles(Path.Combine(program.Data, "workspaces"), "*.db").Select(f => new FileInfo(f)).Select(f => $"{f.Name} {f.Length} {f.LastWriteTimeUtc.Ticks}"));

    private static async Task CutOffAsync(Task click)
    {
        try
        {
            await click;
        }
        catch (PlaywrightException)
        {
            // The page of a server that is gone.
        }
    }

    private static async Task RunAsync(RealProgram program, params string[] arguments)
    {
        var (code, output) = await program.RunAsync(arguments);
        Assert.True(code == 0, output);
    }
}
