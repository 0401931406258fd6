using System.Text.Json;
using AngleSharp.Html.Parser;
using IsmsModular.Plugins.Html;
using IsmsModular.Plugins.Json;

namespace IsmsModular.Tests.Reports;

public sealed partial class RenderingReports
{
    [Fact]
    public async Task A_web_page_is_one_file_that_asks_for_nothing_from_outside()
    {
        var html = new StreamReader(await Render(new HtmlFormat(), Example())).ReadToEnd();
        var page = new HtmlParser(new() { IsStrictMode = true }).ParseDocument(html);
        Assert.Equal("ms", page.DocumentElement.GetAttribute("lang"));
        Assert.Empty(page.QuerySelectorAll("script, link, iframe, object, embed, form"));
        Assert.All(page.QuerySelectorAll("[src]"), e => Assert.StartsWith("data:image/png;base64,", e.GetAttribute("src"), StringComparison.Ordinal));
        Assert.All(page.QuerySelectorAll("[href]"), e => Assert.NotNull(page.QuerySelector(e.GetAttribute("href")!)));
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        Assert.Contains(Languages, page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Fish & Chips <Ltd>", page.Body.TextContent, StringComparison.Ordinal);
        Assert.Equal(Example().HeadHash, page.QuerySelector("footer code")!.TextContent);
        Assert.Equal(5, page.QuerySelectorAll("svg[role=img]").Length);
        Assert.Contains(page.QuerySelectorAll("td"), td => td.TextContent == "7" && td.GetAttribute("style") == "background:#8B0000;color:#FFFFFF");
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\" onmouseover=\"x\" a=\"")]
    [InlineData("</title></style><img src=x onerror=y>")]
    [InlineData("javascript:alert(1)")]
    public async Task Nothing_that_was_typed_becomes_markup(string typed)
    {
        var hostile = new Abstractions.Reports.ReportDocument
        {
            Title = typed, Subtitle = typed, Language = "en", Organisation = typed, Marking = typed, MadeAt = Made, HeadHash = typed,
            Blocks =
            [
                new Abstractions.Reports.ReportHeading(1, typed), new Abstractions.Reports.ReportHeading(1, typed), new Abstractions.Reports.ReportParagraph(typed), new Abstractions.Reports.ReportFields([new(typed, typed)]),
                new Abstractions.Reports.ReportTable { Name = typed, Columns = [new(typed), new(typed) { IsDetail = true }], Rows = [[Abstractions.Reports.ReportCell.Of(typed, typed), Abstractions.Reports.ReportCell.Of(typed)]] },
                new Abstractions.Reports.ReportFigure(typed, Png, typed),
                new Abstractions.Reports.ReportChart { Title = typed, Description = typed, Horizontal = new(typed) { Categories = [typed] }, Vertical = new(typed), Series = [new(typed, [new(0, 1, typed)]) { Colour = typed }, new(typed, [])] },
                new Abstractions.Reports.ReportHeatMap { Title = typed, Description = typed, Vertical = typed, Horizontal = typed, Rows = [typed], Columns = [typed], Cells = [[Abstractions.Reports.ReportCell.Of(typed, typed)]] },
            ],
        };
        var page = new HtmlParser().ParseDocument(await Render(new HtmlFormat(), hostile));
        Assert.Single(page.QuerySelectorAll("img"));
        Assert.Empty(page.QuerySelectorAll("script, [onerror], [onmouseover]"));
        Assert.Equal(typed, page.QuerySelector("h1")!.TextContent);
        Assert.Equal(typed, page.QuerySelector("td")!.TextContent);
    }

    [Fact]
    public async Task Json_gives_every_block_with_its_values()
    {
        using var json = JsonDocument.Parse(await Render(new JsonFormat(), Example()));
        var root = json.RootElement;
        Assert.Equal(("ismsmodular-report", 1, "2026-11-25T14:00:00+08:00"), (root.GetProperty("format").GetString(), root.GetProperty("version").GetInt32(), root.GetProperty("madeAt").GetString()));
        var blocks = root.GetProperty("blocks").EnumerateArray().ToList();
        Assert.Equal(Example().Blocks.Count, blocks.Count);
        var table = blocks.First(b => b.GetProperty("kind").GetString() == "table");
        var row = table.GetProperty("rows")[0];
        Assert.Equal((Languages, "High", "2026-02-03", 1234.5, true), (row[0].GetString(), row[1].GetString(), row[2].GetString(), row[3].GetDouble(), row[4].GetBoolean()));
        Assert.Equal("line", blocks.First(b => b.GetProperty("kind").GetString() == "chart").GetProperty("drawnAs").GetString());
    }

    [Fact]
    public async Task Json_leaves_out_half_a_surrogate_pair()
    {
        using var json = JsonDocument.Parse(await Render(new JsonFormat(), With(new() { Name = "a\ud83d b", Columns = [new("c")], Rows = [] })));
        Assert.Equal("a b", json.RootElement.GetProperty("blocks")[0].GetProperty("name").GetString());
    }
}
