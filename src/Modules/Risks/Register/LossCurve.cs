using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Text;

namespace IsmsModular.Risks.Register;

/// <summary>Loss exceedance curves of a risk, for methods that give one: how probable a year with a greater loss is. Drawn by <c>/Pages/Risks/Register/_LossCurve.cshtml</c>.</summary>
/// <param name="Series">Curves: as it is now, then what is planned and achieved.</param>
/// <param name="Limit">Greatest mean loss a year that may be retained, or null.</param>
/// <param name="Currency">Of the losses.</param>
public sealed record LossCurve(IReadOnlyList<LossCurve.Line> Series, double? Limit, string Currency)
{
    private const int Left = 52, Right = 24, Top = 12, Bottom = 52;

    /// <summary>Size of the drawing.</summary>
    public const int Width = 500, Height = 310;

    private double Smallest => Series.SelectMany(s => s.Points).Select(p => p.Loss).Where(l => l > 0).DefaultIfEmpty(1).Min();

    private double Greatest => Math.Max(Series.SelectMany(s => s.Points).Max(p => p.Loss), Smallest * 1.01);

    /// <summary>Losses spread over more than one power of ten are drawn by powers.</summary>
    public bool IsLogarithmic => Greatest / Smallest > 20;

    private double From => IsLogarithmic ? Math.Pow(10, Math.Floor(Math.Log10(Smallest) + 0.0001)) : 0;

    private double To => IsLogarithmic ? Round(Greatest) : Greatest;

    /// <summary>Highest probability of the scale, in tenths of a round step.</summary>
    public double Ceiling => Round(Series.SelectMany(s => s.Points).Max(p => p.Probability));

    /// <summary>Losses marked below.</summary>
    public IEnumerable<double> LossMarks
    {
        get
        {
            if (!IsLogarithmic)
            {
                var step = Round(To / 5);
                for (var mark = 0.0; mark <= To; mark += step)
                    yield return mark;
                yield break;
            }

            // Not more than seven marks, so that their words do not touch.
            var apart = Math.Pow(10, Math.Ceiling(Math.Log10(To / From) / 6));
            for (var mark = From; mark <= To * 1.0001; mark *= apart)
                yield return mark;
        }
    }

    /// <summary>Probabilities marked beside.</summary>
    public IEnumerable<double> ProbabilityMarks => Enumerable.Range(0, 5).Select(i => Ceiling * i / 4);

    /// <summary>Place of a loss.</summary>
    public double X(double loss)
    {
        var at = IsLogarithmic ? (Math.Log10(Math.Max(loss, From)) - Math.Log10(From)) / (Math.Log10(To) - Math.Log10(From)) : loss / To;
        return Math.Round(Left + (Math.Clamp(at, 0, 1) * (Width - Left - Right)), 1);
    }

    /// <summary>Place of a probability.</summary>
    public double Y(double probability) => Math.Round(Top + ((1 - (probability / Ceiling)) * (Height - Top - Bottom)), 1);

    /// <summary>Edges of the field.</summary>
    public (int Left, int Right, int Top, int Bottom) Field => (Left, Width - Right, Top, Height - Bottom);

    /// <summary>The curves of a risk; null when its method gives none.</summary>
    internal static LossCurve? Of(MethodologyForm? form, double? limit, string currency, IWords words, params (string Key, Rating? Rating)[] ratings)
    {
        if (form?.Outputs.FirstOrDefault(o => o.IsCurve) is not { } output)
            return null;
        List<Line> lines = [.. ratings.Select(r => new Line(r.Key, words["curve." + r.Key], Read(r.Rating?.Outputs.GetValueOrDefault(output.Key)))).Where(l => l.Points.Count > 1)];
        return lines.Count == 0 ? null : new(lines, limit, currency);
    }

    private static List<Point> Read(FactorValue? curve) =>
    [
        .. (curve?.AsList ?? []).Select(p => (Loss: p.AsRecord?.GetValueOrDefault("loss")?.AsNumber, Probability: p.AsRecord?.GetValueOrDefault("probability")?.AsNumber))
            .Where(p => p is { Loss: >= 0 and < 1e24, Probability: >= 0 and <= 1 })
            .Select(p => new Point(p.Loss!.Value, p.Probability!.Value))
            .OrderBy(p => p.Loss).ThenByDescending(p => p.Probability),
    ];

    /// <summary>1, 2, 2.5 or 5 times a power of ten, not below.</summary>
    private static double Round(double number)
    {
        if (number <= 0)
            return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(number)));
        return new[] { 1, 2, 2.5, 5, 10 }.First(f => f * power >= number * 0.9999) * power;
    }

    /// <param name="Key">current, target or achieved.</param>
    /// <param name="Name">Words.</param>
    /// <param name="Points">Points, smallest loss first.</param>
    public sealed record Line(string Key, string Name, IReadOnlyList<Point> Points);

    /// <param name="Loss">Money a year.</param>
    /// <param name="Probability">That a year's loss is greater.</param>
    public sealed record Point(double Loss, double Probability);
}
