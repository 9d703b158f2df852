class Noted:
    pass
