using System.Globalization;
using System.Text;

namespace LocalSidecar.Cel;

/// <summary>Reads an expression: one method a level of precedence, loosest first.</summary>
internal sealed class CelParser(string text)
{
    // Deep enough for any rule a person writes, shallow enough for the stack.
    private const int DepthMax = 200;

    private static readonly string[] Functions = ["size", "int", "double", "string", "matches"];
    private static readonly string[] Methods = ["startsWith", "endsWith", "contains", "matches", "size"];
    private static readonly string[] Comparisons = ["==", "!=", "<=", ">=", "<", ">"];

    private int _at;
    private int _depth;

    /// <exception cref="CelException">It is not an expression of the subset.</exception>
    public CelNode Parse()
    {
        CelNode root = Or();
        SkipSpace();
        return _at == text.Length ? root : throw Unexpected();
    }

    private CelNode Or()
    {
        if (++_depth > DepthMax)
        {
            throw new CelException("nested too deeply");
        }

        CelNode left = And();
        while (Take("||"))
        {
            left = new CelNode.Logic(left, And(), Deciding: true);
        }

        _depth--;
        return left;
    }

    private CelNode And()
    {
        CelNode left = Relation();
        while (Take("&&"))
        {
            left = new CelNode.Logic(left, Relation(), Deciding: false);
        }

        return left;
    }

    private CelNode Relation()
    {
        CelNode left = Unary();
        while (true)
        {
            if (TakeWord("in"))
            {
                left = new CelNode.In(left, Unary());
                continue;
            }

            string? comparison = Array.Find(Comparisons, Take);
            if (comparison is null)
            {
                return left;
            }

            left = new CelNode.Compare(left, Unary(), comparison);
        }
    }

    private CelNode Unary()
    {
        if (++_depth > DepthMax)
        {
            throw new CelException("nested too deeply");
        }

        SkipSpace();
        CelNode node = Peek() == '!' && Peek(1) != '=' ? Signed(static of => new CelNode.Not(of))
            : Peek() == '-' ? Signed(static of => new CelNode.Negate(of))
            : Postfix();
        _depth--;
        return node;
    }

    private CelNode Signed(Func<CelNode, CelNode> make)
    {
        _at++;
        return make(Unary());
    }

    private CelNode Postfix()
    {
        CelNode node = Primary();
        while (true)
        {
            if (Take("."))
            {
                string name = Word() ?? throw Unexpected();
                if (Take("("))
                {
                    node = Method(node, name);
                }
                else
                {
                    node = new CelNode.Member(node, name);
                }
            }
            else if (Take("["))
            {
                node = new CelNode.Index(node, Or());
                Expect("]");
            }
            else
            {
                return node;
            }
        }
    }

    private CelNode.Call Method(CelNode of, string name)
    {
        if (!Methods.Contains(name))
        {
            throw new CelException($"there is no function '{name}'");
        }

        return new CelNode.Call(name, [of, .. Arguments(")")]);
    }

    private CelNode Primary()
    {
        SkipSpace();
        char first = Peek();
        if (Take("("))
        {
            CelNode inner = Or();
            Expect(")");
            return inner;
        }

        if (Take("["))
        {
            return new CelNode.List(Arguments("]"));
        }

        if (first is '"' or '\'')
        {
            return new CelNode.Literal(Quoted());
        }

        if (char.IsAsciiDigit(first))
        {
            return new CelNode.Literal(Number());
        }

        return Word() switch
        {
            "true" => new CelNode.Literal(true),
            "false" => new CelNode.Literal(false),
            "null" => new CelNode.Literal(null),
            "event" => new CelNode.Event(),
            "has" when Take("(") => HasCall(),
            { } name when Functions.Contains(name) && Take("(") => new CelNode.Call(name, Arguments(")")),
            { } name => throw new CelException($"undeclared reference to '{name}'"),
            null => throw Unexpected(),
        };
    }

    private CelNode.Has HasCall()
    {
        CelNode argument = Or();
        Expect(")");
        return argument is CelNode.Member member
            ? new CelNode.Has(member)
            : throw new CelException("has() takes a member such as event.data.x");
    }

    private List<CelNode> Arguments(string end)
    {
        var arguments = new List<CelNode>();
        if (Take(end))
        {
            return arguments;
        }

        do
        {
            arguments.Add(Or());
        }
        while (Take(","));
        Expect(end);
        return arguments;
    }

    private object Number()
    {
        int start = _at;
        while (char.IsAsciiLetterOrDigit(Peek()) || Peek() == '.' || (Peek() is '+' or '-' && text[_at - 1] is 'e' or 'E'))
        {
            _at++;
        }

        string number = text[start.._at];
        if (long.TryParse(number.TrimEnd('u'), NumberStyles.None, CultureInfo.InvariantCulture, out long whole))
        {
            return whole;
        }

        return double.TryParse(
            number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double real)
            ? real
            : throw new CelException($"not a number: {number}");
    }

    private string Quoted()
    {
        char quote = text[_at++];
        var value = new StringBuilder();
        while (_at < text.Length && text[_at] != quote)
        {
            if (text[_at] != '\\')
            {
                value.Append(text[_at++]);
                continue;
            }

            _at++;
            value.Append(Peek() switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '\\' or '"' or '\'' or '`' or '?' => Peek(),
                _ => throw new CelException("an escape that is not known"),
            });
            _at++;
        }

        if (_at == text.Length)
        {
            throw new CelException("a string without end");
        }

        _at++;
        return value.ToString();
    }

    private string? Word()
    {
        SkipSpace();
        int start = _at;
        while (char.IsAsciiLetter(Peek()) || Peek() == '_' || (_at > start && char.IsAsciiDigit(Peek())))
        {
            _at++;
        }

        return _at == start ? null : text[start.._at];
    }

    private bool TakeWord(string word)
    {
        SkipSpace();
        int start = _at;
        if (Word() == word)
        {
            return true;
        }

        _at = start;
        return false;
    }

    private bool Take(string symbol)
    {
        SkipSpace();
        if (string.CompareOrdinal(text, _at, symbol, 0, symbol.Length) != 0)
        {
            return false;
        }

        _at += symbol.Length;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol))
        {
            throw Unexpected();
        }
    }

    private void SkipSpace()
    {
        while (char.IsWhiteSpace(Peek()))
        {
            _at++;
        }
    }

    private char Peek(int ahead = 0) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    private CelException Unexpected() =>
        new(_at < text.Length ? $"unexpected '{text[_at]}' at position {_at + 1}" : "it ends early");
}
