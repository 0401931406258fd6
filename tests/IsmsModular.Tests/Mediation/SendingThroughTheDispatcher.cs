using System.Globalization;
using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Modules;
using IsmsModular.Tests.App;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IsmsModular.Tests.Mediation;

public sealed class SendingThroughTheDispatcher
{
    [Fact]
    public async Task A_subscriber_that_throws_is_logged_and_does_not_stop_the_others()
    {
        var log = new LogKeeper();
        var heard = new List<string>();
        await using var services = new ServiceCollection()
            .AddLogging(l => l.AddProvider(log))
            .AddSingleton(heard)
            .AddScoped<INotificationHandler<Rung>, First>().AddScoped<INotificationHandler<Rung>, Broken>().AddScoped<INotificationHandler<Rung>, Last>()
            .AddScoped<IMediator, Dispatcher>()
            .BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();

        await scope.ServiceProvider.GetRequiredService<IMediator>().Publish(new Rung());

        Assert.Equal(["first", "last"], heard);
        Assert.Contains(log.Lines, l => l.Contains(nameof(Broken), StringComparison.Ordinal));
    }

    [Fact]
    public void A_command_without_a_right_stops_the_start()
    {
        // This test assembly has one on purpose.
        var error = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddModules([typeof(SendingThroughTheDispatcher).Assembly]));
        Assert.Contains("OpenCommand", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ms")]
    [InlineData("ms-MY")]
    public void A_rule_without_words_of_its_own_has_a_key_in_every_language(string culture)
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
            var outcome = new Rules().Validate(new Shape("", 11, "x", "no mail", Kind: (DayOfWeek)9));
            var keys = outcome.Errors.Select(MessageKey.Of).ToList();
            Assert.Equal(["validation.notEmpty", "validation.lessThanOrEqual", "validation.length", "validation.email", "validation.enum"], keys.Select(k => k.Message));
            Assert.Equal(["10"], keys[1].Arguments);
            Assert.Equal(["2", "5"], keys[2].Arguments);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    [Theory]
    [InlineData("plain text, tabs\tand\nlines", true)]
    [InlineData("Kuala Lumpur ✓ தமிழ் 中文 😀", true)]
    [InlineData("bell\u0007", false)]
    [InlineData("null\0", false)]
    [InlineData("noncharacter \uffff", false)]
    public void Text_that_can_not_be_printed_is_found(string text, bool isFit) => Assert.Equal(isFit, UnfitInput.IsFit(text));

    [Fact]
    public void Half_of_a_pair_is_found()
    {
        Assert.False(UnfitInput.IsFit("lone " + '\ud83d' + " half"));
        Assert.False(UnfitInput.IsFit("at the end " + '\ud83d'));
        Assert.False(UnfitInput.IsFit('\ude00' + " at the start"));
        Assert.True(UnfitInput.IsFit("a replacement character \ufffd is text"));
    }

    [Fact]
    public void Unfit_text_is_named_by_its_place()
    {
        var typed = new { Name = "\u0001", Rows = new[] { new { Note = "good" }, new { Note = "\u0002" } }, Reasons = new Dictionary<string, string?> { ["impact"] = "good", ["likelihood"] = "\u0003", ["none"] = null } };
        Assert.Equal(["Name", "Rows[1].Note", "Reasons[likelihood]"], UnfitInput.In(typed, "", 0).Select(e => e.Field));
    }

    [Fact]
    public void A_day_that_is_too_far_away_is_found() =>
        Assert.Equal(
            [("Until", "validation.date"), ("Since", "validation.date")],
            UnfitInput.In(new { Until = DateOnly.MaxValue, Since = DateOnly.MinValue, On = new DateOnly(2026, 2, 28), Never = (DateOnly?)null }, "", 0).Select(e => (e.Field, e.Message)));

    private sealed record Rung : INotification;

    private sealed class First(List<string> heard) : INotificationHandler<Rung>
    {
        public Task Handle(Rung notification, CancellationToken cancellationToken)
        {
            heard.Add("first");
            return Task.CompletedTask;
        }
    }

    private sealed class Broken : INotificationHandler<Rung>
    {
        public Task Handle(Rung notification, CancellationToken cancellationToken) => throw new InvalidOperationException("Broken on purpose.");
    }

    private sealed class Last(List<string> heard) : INotificationHandler<Rung>
    {
        public Task Handle(Rung notification, CancellationToken cancellationToken)
        {
            heard.Add("last");
            return Task.CompletedTask;
        }
    }

    private sealed record Shape(string Name, int Number, string Code, string Mail, DayOfWeek Kind);

    private sealed class Rules : AbstractValidator<Shape>
    {
        public Rules()
        {
            RuleFor(s => s.Name).NotEmpty();
            RuleFor(s => s.Number).LessThanOrEqualTo(10);
            RuleFor(s => s.Code).Length(2, 5);
            RuleFor(s => s.Mail).EmailAddress();
            RuleFor(s => s.Kind).IsInEnum();
        }
    }
}
