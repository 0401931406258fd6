namespace IsmsModular.Platform.Results;

/// <summary>Why a command was refused.</summary>
public enum ErrorKind
{
    /// <summary>Something typed is wrong; the field is named. Shown as 422.</summary>
    Invalid,

    /// <summary>The thing is not in this workspace. Shown as 404.</summary>
    NotFound,

    /// <summary>Somebody else changed it first, or it was decided already. Shown as 409 with both versions.</summary>
    Conflict,

    /// <summary>The caller has no right to it. Shown as 403.</summary>
    Forbidden,
}

/// <summary>One refusal. The message is a key of <c>content/locales</c> with arguments, never a sentence.</summary>
public sealed record Error(ErrorKind Kind, string Message, string? Field, params string[] Arguments)
{
    /// <summary>What the store holds now, for a conflict; else <c>null</c>.</summary>
    public object? Stored { get; init; }

    /// <summary>A typed field is wrong. <paramref name="field"/> is the property of the command, such as <c>Name</c> or <c>Rows[3].Owner</c>.</summary>
    public static Error Invalid(string message, string? field = null, params string[] arguments) => new(ErrorKind.Invalid, message, field, arguments);

    /// <summary>No such thing here.</summary>
    public static Error NotFound(string message = "error.notfound", string? field = null, params string[] arguments) => new(ErrorKind.NotFound, message, field, arguments);

    /// <summary>Changed meanwhile, or done already.</summary>
    public static Error Conflict(string message = "error.conflict", object? stored = null, string? field = null, params string[] arguments) => new(ErrorKind.Conflict, message, field, arguments) { Stored = stored };

    /// <summary>Not allowed.</summary>
    public static Error Forbidden(string message = "error.forbidden", params string[] arguments) => new(ErrorKind.Forbidden, message, null, arguments);
}

/// <summary>What pipeline behaviours need to refuse a command without knowing its type.</summary>
public interface IResult<TSelf>
    where TSelf : IResult<TSelf>
{
    /// <summary>Refusals; empty when it went well.</summary>
    IReadOnlyList<Error> Errors { get; }

    /// <summary>A refused result.</summary>
    static abstract TSelf Failed(IReadOnlyList<Error> errors);
}

/// <summary>Outcome of a command: a value, or refusals. Expected failure is a result, a broken invariant is an exception.</summary>
public sealed class Result<T> : IResult<Result<T>>
{
    private readonly T? value;

    private Result(T? value, IReadOnlyList<Error> errors)
    {
        this.value = value;
        Errors = errors;
    }

    /// <inheritdoc />
    public IReadOnlyList<Error> Errors { get; }

    /// <summary>Whether it went well.</summary>
    public bool Succeeded => Errors.Count == 0;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">The command was refused.</exception>
    public T Value => Succeeded ? value! : throw new InvalidOperationException("Refused: " + string.Join("; ", Errors.Select(e => e.Message)));

    /// <inheritdoc />
    public static Result<T> Failed(IReadOnlyList<Error> errors) => errors.Count > 0 ? new(default, errors) : throw new ArgumentException("A failed result needs an error.", nameof(errors));

    /// <summary>A good result.</summary>
    public static implicit operator Result<T>(T value) => new(value, []);

    /// <summary>A refused result.</summary>
    public static implicit operator Result<T>(Error error) => new(default, [error]);

    /// <summary>A refused result.</summary>
    public static implicit operator Result<T>(List<Error> errors) => Failed(errors);
}

/// <summary>No value.</summary>
public readonly record struct Done
{
    /// <summary>The only value.</summary>
    public static Done Yes => default;
}
