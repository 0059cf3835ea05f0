"""隐私 Rules of privacy: personal data found in text, identity numbers, what a notice may show. Q38"""
